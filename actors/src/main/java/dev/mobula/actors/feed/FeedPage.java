package dev.mobula.actors.feed;

import dev.mobula.ranking.experiment.Assignment.Exposure;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The answer to a feed request: items in order, each with where it came from, its scores and why it is there.
///
/// @param requestId names the page in events and in [Feed#logged]
/// @param model version of the model that scored all of it, `unranked` when none answered in time
/// @param cursor asks for the next page; empty when there is none to ask for
/// @param degraded stages or shards that gave less than asked, with the reason
/// @param experiments the arms the user was in
/// @param stages what went into every stage and what came out
public record FeedPage(
        String requestId,
        long user,
        String surface,
        String model,
        List<Entry> items,
        String cursor,
        Map<String, String> degraded,
        List<Exposure> experiments,
        List<StageCount> stages) {
    /// The `model` of a page that no model ordered.
    public static final String UNRANKED = "unranked";

    public FeedPage {
        items = List.copyOf(items);
        degraded = Map.copyOf(degraded);
        experiments = List.copyOf(experiments);
        stages = List.copyOf(stages);
    }

    /// One item of a page.
    ///
    /// @param source who found it first; `sources` are all who did
    /// @param reason why it was found, speaking of `subject` (an item, an author), 0 when of nothing
    /// @param similarity how near it is to the user's taste
    /// @param scores calibrated, by head
    /// @param value what it was ordered by
    /// @param propensity the exact probability of its draw; 1 where nothing was drawn
    /// @param cover why it is to be shown under a cover that the viewer may lift; empty when it is to be shown openly
    public record Entry(
            long id,
            long author,
            String source,
            List<String> sources,
            String reason,
            long subject,
            double similarity,
            Map<String, Double> scores,
            double value,
            double propensity,
            @Nullable List<String> cover) {
        public Entry {
            sources = List.copyOf(sources);
            scores = Map.copyOf(scores);
            cover = cover == null ? List.of() : List.copyOf(cover);
        }

        /// Never missing: pages of the log that are older than covers have empty ones.
        @Override
        public List<String> cover() {
            return cover == null ? List.of() : cover;
        }
    }
}
