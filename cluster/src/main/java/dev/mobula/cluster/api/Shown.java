package dev.mobula.cluster.api;

import dev.mobula.actors.safety.Visibility;
import dev.mobula.actors.users.UserShards;
import dev.mobula.cluster.gateway.RequestProblem;
import dev.mobula.ranking.safety.VisibilityPolicy.Surface;
import dev.mobula.retrieval.shard.Hits;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Of what a search found, what may be shown to whom: labels are read from their owners last.
final class Shown {
    private static final int TOPICS_MAX = 32;
    private static final int SPARE = 2;
    private static final int SPARE_OF_TOPICS = 10;
    private static final int DEPTH_MAX = 1_000;
    private static final Duration LIMIT = Duration.ofSeconds(1);

    private final UserShards users;
    private final Visibility visibility;

    Shown(UserShards users, Visibility visibility) {
        this.users = users;
        this.visibility = visibility;
    }

    /// Who looks, and for what.
    ///
    /// @param wishes what they want of labels
    /// @param topics what they ask for is about one of these; none for anything
    record Viewer(Map<String, String> wishes, List<String> topics) {
        /// How many to look for, so that enough are left.
        int deeper(int limit) {
            return Math.min(DEPTH_MAX, limit * (topics.isEmpty() ? SPARE : SPARE_OF_TOPICS));
        }
    }

    /// One item that was found, and how well it fits: by the index's metric, by words, or by rank when both were asked.
    ///
    /// @param cover why it is to be shown under a cover; empty for openly
    record Hit(long id, double score, List<String> cover) {}

    Viewer viewer(@Nullable Long user, @Nullable List<String> topics) {
        List<String> wanted = topics == null ? List.of() : List.copyOf(topics);
        if (wanted.size() > TOPICS_MAX) {
            throw new RequestProblem(
                    "topics", wanted.size() + " topics", "are too many; at most " + TOPICS_MAX);
        }
        Map<String, String> wishes =
                user == null
                        ? Map.of()
                        : users.view(user, LIMIT).join().preferences().labelSettings();
        return new Viewer(wishes, wanted);
    }

    /// The best of them, in their order.
    List<Hit> of(Hits hits, Viewer viewer, int limit) {
        Map<Long, Visibility.Standing> standings =
                visibility.of(hits.ids(), Surface.SEARCH, viewer.wishes(), LIMIT).join();
        List<Hit> shown = new ArrayList<>();
        for (int i = 0; i < hits.size() && shown.size() < limit; i++) {
            Visibility.Standing standing = standings.get(hits.ids()[i]);
            if (standing != null
                    && standing.decision().isShown()
                    && (viewer.topics().isEmpty()
                            || standing.topics().stream().anyMatch(viewer.topics()::contains))) {
                List<String> cover =
                        standing.decision().isCovered() ? standing.decision().reasons() : List.of();
                shown.add(new Hit(hits.ids()[i], hits.scores()[i], cover));
            }
        }
        return shown;
    }
}
