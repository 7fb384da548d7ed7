package dev.mobula.actors.feed;

import dev.mobula.actors.ranker.RankRequest;
import dev.mobula.actors.ranker.Rankers;
import dev.mobula.actors.ranker.Scores;
import dev.mobula.ranking.features.Drop;
import dev.mobula.ranking.features.FeatureValue;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// Has the candidates scored, as many as there is time for, by the one model that the user has.
final class RankStage {
    private static final int MILLIS_PER_SECOND = 1_000;
    private static final int NANOS_PER_MICRO = 1_000;

    private final Rankers rankers;
    private final PersonFeatures features;
    private final UserFeatures more;
    private final StageFrame frame;

    RankStage(Rankers rankers, PersonFeatures features, UserFeatures more, StageFrame frame) {
        this.rankers = rankers;
        this.features = features;
        this.more = more;
        this.frame = frame;
    }

    /// @param wantsVectors whether the features as used are to come back with the scores
    Ranking rank(List<Prospect> prospects, Person person, Run run, boolean wantsVectors) {
        long start = run.nanosSinceStart();
        List<Prospect> taken =
                prospects.subList(0, Math.min(prospects.size(), run.candidatesMax()));
        long[] ids = taken.stream().mapToLong(Prospect::id).toArray();
        Map<String, FeatureValue> context = features.of(person, run.request().context());
        RankRequest plain =
                RankRequest.of(run.user(), ids, run.nowMillis() / MILLIS_PER_SECOND)
                        .by(run.serving().version())
                        .onSurface(run.request().surface())
                        .withContext(and(context, more.of(run.user())));
        RankRequest request = wantsVectors ? plain.withVectors() : plain;
        Optional<Scores> scores =
                frame.ask(
                        Stage.RANKING,
                        run,
                        limit -> rankers.score(request, limit).thenApply(Optional::of),
                        Optional::empty);
        Map<String, Integer> filtered = new TreeMap<>();
        List<Prospect> scored = taken;
        if (scores.isPresent()) {
            scored = inTheOrderOf(scores.get(), taken);
            for (Drop drop : scores.get().drops()) {
                filtered.merge(drop.reason().name().toLowerCase(Locale.ROOT), 1, Integer::sum);
            }
        }
        run.count(
                Stage.RANKING,
                prospects.size(),
                scored.size(),
                filtered,
                prospects.size() - taken.size(),
                (run.nanosSinceStart() - start) / NANOS_PER_MICRO);
        return new Ranking(scores, scored, person, run.nowMillis());
    }

    private static Map<String, FeatureValue> and(
            Map<String, FeatureValue> ours, Map<String, FeatureValue> theirs) {
        if (theirs.isEmpty()) {
            return ours;
        }
        Map<String, FeatureValue> both = new HashMap<>(ours);
        both.putAll(theirs);
        return both;
    }

    private static List<Prospect> inTheOrderOf(Scores scores, List<Prospect> taken) {
        Map<Long, Prospect> byId = new HashMap<>();
        taken.forEach(one -> byId.put(one.id(), one));
        List<Prospect> ordered = new ArrayList<>();
        for (long id : scores.ids()) {
            Prospect one = byId.get(id);
            if (one == null) {
                throw new IllegalStateException("candidate " + id + " was scored unasked");
            }
            ordered.add(one);
        }
        return ordered;
    }
}
