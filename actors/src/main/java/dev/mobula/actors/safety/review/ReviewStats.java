package dev.mobula.actors.safety.review;

import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/// How the queue fares, how often people agree, and whose decisions fall.
///
/// @param pairs how often the first two who looked at a case chose `A|B`
/// @param byDecider decisions, appeals and upheld appeals of each reviewer, rule and model
public record ReviewStats(
        long open, long decided, Map<String, Long> pairs, Map<String, Tally> byDecider) {
    private static final int DECIDERS_MAX = 10_000;
    private static final String OTHERS = "others";
    private static final int PAIRS_MAX = 10_000;

    static final ReviewStats NONE = new ReviewStats(0, 0, Map.of(), Map.of());

    public ReviewStats {
        pairs = Map.copyOf(pairs);
        byDecider = Map.copyOf(byDecider);
    }

    /// What became of one decider's decisions.
    public record Tally(long decisions, long appeals, long overturned) {
        static final Tally NONE = new Tally(0, 0, 0);

        Tally and(int made, int appealed, int fell) {
            return new Tally(decisions + made, appeals + appealed, overturned + fell);
        }
    }

    /// Cohen's kappa of the first two opinions: agreement beyond chance, 1 for perfect; 0 when nothing was looked at twice.
    public double kappa() {
        long all = pairs.values().stream().mapToLong(Long::longValue).sum();
        if (all == 0) {
            return 0;
        }
        Map<String, Long> first = new TreeMap<>();
        Map<String, Long> second = new TreeMap<>();
        long same = 0;
        for (Map.Entry<String, Long> pair : pairs.entrySet()) {
            String[] both = pair.getKey().split("\\|", 2);
            first.merge(both[0], pair.getValue(), Long::sum);
            second.merge(both[1], pair.getValue(), Long::sum);
            same += both[0].equals(both[1]) ? pair.getValue() : 0;
        }
        double chance = 0;
        for (Map.Entry<String, Long> one : first.entrySet()) {
            chance += (double) one.getValue() / all * second.getOrDefault(one.getKey(), 0L) / all;
        }
        double seen = (double) same / all;
        return chance >= 1 ? 1 : (seen - chance) / (1 - chance);
    }

    ReviewStats opened(int cases) {
        return new ReviewStats(open + cases, decided, pairs, byDecider);
    }

    ReviewStats closed() {
        return new ReviewStats(open - 1, decided + 1, pairs, byDecider);
    }

    ReviewStats pair(String one, String other) {
        Map<String, Long> more = new HashMap<>(pairs);
        if (more.size() < PAIRS_MAX) {
            more.merge(one + "|" + other, 1L, Long::sum);
        }
        return new ReviewStats(open, decided, more, byDecider);
    }

    ReviewStats of(String decider, int made, int appealed, int fell) {
        Map<String, Tally> more = new HashMap<>(byDecider);
        boolean isKnown = more.containsKey(decider) || more.size() < DECIDERS_MAX;
        String who = isKnown ? decider : OTHERS;
        more.put(who, more.getOrDefault(who, Tally.NONE).and(made, appealed, fell));
        return new ReviewStats(open, decided, pairs, more);
    }
}
