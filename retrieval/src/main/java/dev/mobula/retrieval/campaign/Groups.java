package dev.mobula.retrieval.campaign;

import java.util.Arrays;

/// Disjoint sets of numbers: union by size, paths halved.
final class Groups {
    private int[] parents;
    private int[] sizes;

    Groups(int count) {
        parents = new int[count];
        sizes = new int[count];
        Arrays.setAll(parents, i -> i);
        Arrays.fill(sizes, 1);
    }

    /// Adds sets of one until there are at least so many numbers.
    void grow(int count) {
        int before = parents.length;
        if (count > before) {
            int capacity = Math.max(count, before + (before >> 1));
            parents = Arrays.copyOf(parents, capacity);
            sizes = Arrays.copyOf(sizes, capacity);
            for (int i = before; i < capacity; i++) {
                parents[i] = i;
                sizes[i] = 1;
            }
        }
    }

    int find(int member) {
        int at = member;
        while (parents[at] != at) {
            parents[at] = parents[parents[at]];
            at = parents[at];
        }
        return at;
    }

    /// Joins two sets and returns the root.
    int union(int a, int b) {
        int first = find(a);
        int second = find(b);
        if (first == second) {
            return first;
        }
        if (sizes[first] < sizes[second]) {
            int held = first;
            first = second;
            second = held;
        }
        parents[second] = first;
        sizes[first] += sizes[second];
        return first;
    }

    int size(int member) {
        return sizes[find(member)];
    }
}
