package dev.mobula.actors.loop;

import dev.mobula.actors.ranker.RankerStatus;
import dev.mobula.ranking.serving.ShadowComparison.HeadSummary;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/// How one shadow differs from what was served, over all rankers.
///
/// @param served mean of every head that both models have, `shadow` likewise
record ShadowView(long requests, Map<String, Double> served, Map<String, Double> shadow) {
    static ShadowView of(List<RankerStatus> rankers, String version) {
        long requests = 0;
        Map<String, Long> candidates = new TreeMap<>();
        Map<String, Double> served = new TreeMap<>();
        Map<String, Double> shadow = new TreeMap<>();
        for (RankerStatus ranker : rankers) {
            for (RankerStatus.Shadow one : ranker.shadows()) {
                if (!one.version().equals(version)) {
                    continue;
                }
                requests += one.requests();
                for (HeadSummary head : one.heads()) {
                    candidates.merge(head.head(), head.candidates(), Long::sum);
                    served.merge(head.head(), head.servedMean() * head.candidates(), Double::sum);
                    shadow.merge(head.head(), head.shadowMean() * head.candidates(), Double::sum);
                }
            }
        }
        served.replaceAll((head, sum) -> sum / Math.max(1, candidates.getOrDefault(head, 0L)));
        shadow.replaceAll((head, sum) -> sum / Math.max(1, candidates.getOrDefault(head, 0L)));
        return new ShadowView(requests, served, shadow);
    }

    /// The heads whose mean has gone too far from the served one's, and those that are no numbers.
    List<String> against(double driftMax) {
        List<String> reasons = new ArrayList<>();
        served.forEach(
                (head, mean) -> {
                    double other = shadow.getOrDefault(head, Double.NaN);
                    if (!(Math.abs(other - mean) <= driftMax)) {
                        reasons.add(
                                String.format(
                                        Locale.ROOT,
                                        "head %s has mean %.5f in shadow, %.5f is served: more than %.5f apart",
                                        head,
                                        other,
                                        mean,
                                        driftMax));
                    }
                });
        return reasons;
    }
}
