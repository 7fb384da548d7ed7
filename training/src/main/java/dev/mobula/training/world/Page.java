package dev.mobula.training.world;

import dev.mobula.training.TrainingException;

/// What a policy answers: items in order, each with the probability with which it was given its place.
///
/// One object is filled again and again.
public final class Page {
    private final int[] items;
    private final double[] propensities;
    private int size;

    public Page(int limit) {
        items = new int[limit];
        propensities = new double[limit];
    }

    public void clear() {
        size = 0;
    }

    /// Adds an item that no chance had a part in.
    public void add(int item) {
        add(item, 1);
    }

    /// Adds an item that was drawn with this probability.
    public void add(int item, double propensity) {
        if (!(propensity > 0 && propensity <= 1)) {
            throw TrainingException.invalid(
                    "propensity", propensity, "must be in 0..1 and above 0");
        }
        if (isFull()) {
            throw TrainingException.invalid("item", item, "is more than limit=" + items.length);
        }
        items[size] = item;
        propensities[size++] = propensity;
    }

    public boolean isFull() {
        return size == items.length;
    }

    public int size() {
        return size;
    }

    public int item(int position) {
        return items[position];
    }

    public double propensity(int position) {
        return propensities[position];
    }

    /// Whether the item is on it already.
    public boolean contains(int item) {
        for (int i = 0; i < size; i++) {
            if (items[i] == item) {
                return true;
            }
        }
        return false;
    }
}
