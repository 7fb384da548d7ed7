package dev.mobula.retrieval.frozen;

import java.util.Arrays;

/*
 * Under inner product a graph keeps few links a node, because the longest vectors are everybody's neighbours: many
 * nodes are left that no link leads to. The graph of directions has the local links that are missing; the
 * inner-product graph has the short ways to the long vectors. Interleaving both, the angular ones first, gives at equal
 * width several points of recall.
 */

/// Merges the base links of two graphs over the same rows.
final class HybridLinks {
    private HybridLinks() {}

    /// Rewrites each row of `links` as an alternation of `first` and itself, without repeats.
    static void interleave(int[] first, int[] links, int width) {
        int[] merged = new int[width];
        for (int start = 0; start < links.length; start += width) {
            int count = 0;
            for (int i = 0; i < width && count < width; i++) {
                count = append(merged, count, first[start + i]);
                count = append(merged, count, links[start + i]);
            }
            System.arraycopy(merged, 0, links, start, count);
            Arrays.fill(links, start + count, start + width, LayeredGraph.NONE);
        }
    }

    private static int append(int[] merged, int count, int link) {
        if (link < 0 || count == merged.length) {
            return count;
        }
        for (int i = 0; i < count; i++) {
            if (merged[i] == link) {
                return count;
            }
        }
        merged[count] = link;
        return count + 1;
    }
}
