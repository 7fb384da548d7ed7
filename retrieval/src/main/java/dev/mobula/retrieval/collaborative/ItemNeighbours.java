package dev.mobula.retrieval.collaborative;

import java.util.Arrays;

/// For every item its nearest others and how near they are: the table behind item-to-item sources.
///
/// Made by [Covisitation]. A history's score for an item is the sum of the item's nearness to the history's items.
public final class ItemNeighbours implements HistoryModel {
    private final int[] offsets;
    private final int[] neighbours;
    private final float[] weights;

    ItemNeighbours(int[] offsets, int[] neighbours, float[] weights) {
        this.offsets = offsets;
        this.neighbours = neighbours;
        this.weights = weights;
    }

    @Override
    public int items() {
        return offsets.length - 1;
    }

    /// How many neighbours the item has.
    public int count(int item) {
        return offsets[item + 1] - offsets[item];
    }

    /// The item's neighbour of this rank, nearest first.
    public int neighbour(int item, int rank) {
        return neighbours[offsets[item] + rank];
    }

    /// How near that neighbour is.
    public float weight(int item, int rank) {
        return weights[offsets[item] + rank];
    }

    @Override
    public Scorer scorer() {
        return (history, scores) -> {
            Arrays.fill(scores, 0, items(), 0);
            for (int item : history) {
                for (int n = offsets[item]; n < offsets[item + 1]; n++) {
                    scores[neighbours[n]] += weights[n];
                }
            }
        };
    }
}
