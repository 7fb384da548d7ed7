package dev.mobula.actors.feed;

import dev.mobula.actors.ranker.Rankers;
import dev.mobula.actors.ranker.Scores;
import dev.mobula.actors.runtime.CallException;
import dev.mobula.ranking.features.FeatureVector;
import dev.mobula.training.TrainingException;
import dev.mobula.training.log.Impression;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Hands pages that were shown to the log. What cannot be logged is counted, and named in the reply, and never fails it.
final class PageLog {
    private static final Logger LOG = LoggerFactory.getLogger(PageLog.class);
    private static final Duration SCHEMA_LIMIT = Duration.ofSeconds(1);
    private static final int SCORINGS_MAX = 64;
    private static final int MICROS_PER_MILLI = 1_000;
    private static final String PART = "impressions";

    private final Impressions impressions;
    private final Rankers rankers;
    private final Map<String, Scoring> scorings = new ConcurrentHashMap<>();
    private final LongAdder lost = new LongAdder();

    PageLog(Impressions impressions, Rankers rankers) {
        this.impressions = impressions;
        this.rankers = rankers;
    }

    /// Whether anything is kept at all.
    boolean keeps() {
        return impressions.keeps();
    }

    long lost() {
        return lost.sum();
    }

    /// A name that says when the page was made and which features it was scored from, and is like no other.
    String idOf(Run run, Arrangement page) {
        HexFormat hex = HexFormat.of();
        String key =
                page.ranking()
                        .scores()
                        .map(scores -> RequestId.key(scores.schema(), scores.heads()))
                        .orElse(RequestId.UNSCORED);
        return hex.toHexDigits(run.nowMillis(), RequestId.TIME_DIGITS)
                + "-"
                + key
                + "-"
                + hex.toHexDigits(run.seed());
    }

    void keep(String requestId, Run run, Pipeline.Made made, List<FeedPage.Entry> entries) {
        if (!keeps()) {
            return;
        }
        try {
            Arrangement page = made.page();
            LoggedPage logged = logged(requestId, run, made, entries);
            Scoring scoring = page.ranking().scores().map(this::scoringOf).orElse(Scoring.NOTHING);
            var _ =
                    impressions
                            .log(logged, scoring, shown(requestId, run, page, entries))
                            .whenComplete(
                                    (done, failed) -> {
                                        if (failed != null) {
                                            lost.increment();
                                            LOG.warn(
                                                    "page {} is not in the log", requestId, failed);
                                        }
                                    });
        } catch (TrainingException | CallException | CompletionException refused) {
            lost.increment();
            run.degrade(PART, StageFrame.reason(refused));
        }
    }

    private Scoring scoringOf(Scores scores) {
        String key = RequestId.key(scores.schema(), scores.heads());
        Scoring known = scorings.get(key);
        if (known != null) {
            return known;
        }
        if (scorings.size() >= SCORINGS_MAX) {
            scorings.clear();
        }
        Scoring asked =
                new Scoring(
                        Optional.of(rankers.schema(scores.model(), SCHEMA_LIMIT).join()),
                        scores.heads());
        scorings.put(key, asked);
        return asked;
    }

    private static LoggedPage logged(
            String requestId, Run run, Pipeline.Made made, List<FeedPage.Entry> entries) {
        Arrangement page = made.page();
        return new LoggedPage(
                requestId,
                run.user(),
                run.request().surface(),
                run.nowMillis(),
                page.ranking().scores().map(Scores::model).orElse(FeedPage.UNRANKED),
                made.space(),
                page.ranking().scores().map(scores -> scores.kernel().toString()).orElse(""),
                page.value().text(),
                run.assignment().exposures(),
                run.assignment().heldOut(),
                run.degraded(),
                run.counts(),
                entries);
    }

    private static List<Impression> shown(
            String requestId, Run run, Arrangement page, List<FeedPage.Entry> entries) {
        if (page.ranking().scores().isEmpty()) {
            return List.of();
        }
        Scores scores = page.ranking().scores().get();
        int[] selected = page.slate().selected();
        List<Impression> shown = new ArrayList<>();
        for (int place = 0; place < selected.length; place++) {
            int ranked = page.ranked()[selected[place]];
            FeedPage.Entry entry = entries.get(place);
            List<Float> values = new ArrayList<>();
            for (int head = 0; head < scores.heads().size(); head++) {
                values.add(scores.value(ranked, head));
            }
            shown.add(
                    new Impression(
                            requestId,
                            run.user(),
                            entry.id(),
                            run.nowMillis() * MICROS_PER_MILLI,
                            run.request().surface(),
                            place,
                            entry.source(),
                            entry.propensity(),
                            scores.model(),
                            scores.kernel().toString(),
                            values,
                            FeatureVector.of(scores.vectors().get(ranked))));
        }
        return shown;
    }
}
