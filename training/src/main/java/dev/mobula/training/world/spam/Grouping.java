package dev.mobula.training.world.spam;

import java.util.HashMap;
import java.util.Map;

/// How well things are grouped whose groups are known; what is of group 0 is of none and counts only where it is put.
final class Grouping {
    private Grouping() {}

    private record Cell(long group, long cluster) {}

    /// Bagga and Baldwin's B³ F1 over the things that are of a group.
    static double b3(int[] groups, long[] clusters) {
        Map<Cell, Integer> both = new HashMap<>();
        Map<Long, Integer> ofGroup = new HashMap<>();
        Map<Long, Integer> ofCluster = new HashMap<>();
        for (int i = 0; i < groups.length; i++) {
            ofCluster.merge(clusters[i], 1, Integer::sum);
            if (groups[i] != 0) {
                both.merge(new Cell(groups[i], clusters[i]), 1, Integer::sum);
                ofGroup.merge((long) groups[i], 1, Integer::sum);
            }
        }
        double precision = 0;
        double recall = 0;
        long things = 0;
        for (Map.Entry<Cell, Integer> one : both.entrySet()) {
            double count = one.getValue();
            precision += count * count / ofCluster.getOrDefault(one.getKey().cluster(), 1);
            recall += count * count / ofGroup.getOrDefault(one.getKey().group(), 1);
            things += one.getValue();
        }
        return things == 0 ? 1 : harmonic(precision / things, recall / things);
    }

    /// F1 over the pairs of things that are of one group.
    static double pairwise(int[] groups, long[] clusters) {
        Map<Cell, Long> both = new HashMap<>();
        Map<Long, Long> ofGroup = new HashMap<>();
        Map<Long, Long> ofCluster = new HashMap<>();
        for (int i = 0; i < groups.length; i++) {
            ofCluster.merge(clusters[i], 1L, Long::sum);
            if (groups[i] != 0) {
                both.merge(new Cell(groups[i], clusters[i]), 1L, Long::sum);
                ofGroup.merge((long) groups[i], 1L, Long::sum);
            }
        }
        double right = pairs(both);
        double said = pairs(ofCluster);
        double true0 = pairs(ofGroup);
        return said == 0 || true0 == 0 ? 0 : harmonic(right / said, right / true0);
    }

    private static double pairs(Map<?, Long> counts) {
        return counts.values().stream().mapToDouble(count -> count * (count - 1) / 2.0).sum();
    }

    private static double harmonic(double precision, double recall) {
        return precision + recall == 0 ? 0 : 2 * precision * recall / (precision + recall);
    }
}
