package dev.mobula.ranking.serving;

import dev.mobula.ranking.model.ScoredBatch;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;

/// How a shadow's scores differ from the scores that were served, head by head, over all requests so far.
public final class ShadowComparison {
    private static final int TOP = 10;

    private final Map<String, Sums> byHead = new TreeMap<>();
    private long requests;

    private static final class Sums {
        long candidates;
        double served;
        double shadow;
        double difference;
        double differenceMax;
        double overlap;
        long requests;
    }

    /// One head in numbers.
    ///
    /// @param topOverlap share of the ten best candidates of a request that both have among their ten best, averaged
    public record HeadSummary(
            String head,
            long candidates,
            double servedMean,
            double shadowMean,
            double differenceMean,
            double differenceMax,
            double topOverlap) {}

    /// Compares one request on the heads and candidates that both scored.
    public synchronized void add(ScoredBatch served, ScoredBatch shadow) {
        Map<Long, Integer> placeInShadow = new HashMap<>();
        for (int i = 0; i < shadow.size(); i++) {
            placeInShadow.put(shadow.ids()[i], i);
        }
        requests++;
        for (int head = 0; head < served.heads().size(); head++) {
            int other = shadow.heads().indexOf(served.heads().get(head));
            if (other >= 0) {
                add(served, head, shadow, other, placeInShadow);
            }
        }
    }

    private void add(
            ScoredBatch served,
            int head,
            ScoredBatch shadow,
            int otherHead,
            Map<Long, Integer> placeInShadow) {
        Sums sums = byHead.computeIfAbsent(served.heads().get(head), name -> new Sums());
        for (int i = 0; i < served.size(); i++) {
            Integer place = placeInShadow.get(served.ids()[i]);
            if (place == null) {
                continue;
            }
            double one = served.score(i, head);
            double other = shadow.score(place, otherHead);
            sums.candidates++;
            sums.served += one;
            sums.shadow += other;
            sums.difference += Math.abs(one - other);
            sums.differenceMax = Math.max(sums.differenceMax, Math.abs(one - other));
        }
        Set<Long> best = top(served, head);
        if (!best.isEmpty()) {
            int size = best.size();
            best.retainAll(top(shadow, otherHead));
            sums.overlap += (double) best.size() / size;
            sums.requests++;
        }
    }

    private static Set<Long> top(ScoredBatch batch, int head) {
        return new HashSet<>(
                IntStream.range(0, batch.size())
                        .boxed()
                        .sorted((i, j) -> Float.compare(batch.score(j, head), batch.score(i, head)))
                        .limit(TOP)
                        .map(i -> batch.ids()[i])
                        .toList());
    }

    /// Requests compared so far.
    public synchronized long requests() {
        return requests;
    }

    /// Every head that both models have, by name.
    public synchronized List<HeadSummary> summary() {
        List<HeadSummary> all = new ArrayList<>();
        byHead.forEach(
                (head, sums) -> {
                    double n = Math.max(1, sums.candidates);
                    all.add(
                            new HeadSummary(
                                    head,
                                    sums.candidates,
                                    sums.served / n,
                                    sums.shadow / n,
                                    sums.difference / n,
                                    sums.differenceMax,
                                    sums.overlap / Math.max(1, sums.requests)));
                });
        return all;
    }
}
