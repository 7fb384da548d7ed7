package dev.mobula.training.sequence;

import dev.mobula.retrieval.collaborative.HistoryModel;
import dev.mobula.training.TrainingException;
import dev.mobula.training.data.Sequences;
import dev.mobula.training.factor.SparseMatrix;
import java.util.Arrays;

/// Counted transitions from item to item: what people had after what, the sooner the more it counts.
/*
 * Idea: going through every sequence, item j that comes g places after item i adds gapDecay^(g−1) to the count of i → j.
 * A history's score of j is the sum over its items i of ageDecay^age · count(i → j) / total(i)^damping, where the newest
 * item has age 0. With damping 1 each item's counts are probabilities; with less, an item that many have had says more
 * than a rare one, whose counts are mostly chance.
 *
 * Cost: reach additions for each event to count, and one for each neighbour of a history's newest items to score.
 * Neighbours lie in one array, ordered by item, so that counting sorts once and scoring only reads on.
 */
public final class Transitions implements HistoryModel {
    private final Options options;
    private final SparseMatrix weights;

    /// How transitions are counted and read.
    ///
    /// @param reach most places between two items of a transition, and most items of a history that are read
    public record Options(double gapDecay, double ageDecay, double damping, int reach) {
        public Options {
            requireShare("gapDecay", gapDecay);
            requireShare("ageDecay", ageDecay);
            requireShare("damping", damping);
            if (reach < 1 || reach > 1_000) {
                throw TrainingException.invalid("reach", reach, "must be 1..1000");
            }
        }

        /// What was best on validation, for clothes and for music alike.
        public static Options usual() {
            return new Options(0.9, 0.7, 0.5, 50);
        }

        private static void requireShare(String field, double value) {
            if (!(value >= 0 && value <= 1)) {
                throw TrainingException.invalid(field, value, "must be 0..1");
            }
        }
    }

    private Transitions(Options options, SparseMatrix weights) {
        this.options = options;
        this.weights = weights;
    }

    /// Counts the sequences.
    public static Transitions of(Sequences sequences, Options options) {
        SparseMatrix counts = counts(sequences, options.gapDecay(), options.reach());
        return new Transitions(options, counts.damped(options.damping(), 0));
    }

    /// The decayed counts of transitions, from the row's item to the column's.
    static SparseMatrix counts(Sequences sequences, double gapDecay, int reach) {
        int items = sequences.items();
        int[] starts = startsByItem(sequences, reach);
        int[] targets = new int[starts[items]];
        float[] counts = new float[starts[items]];
        int[] next = Arrays.copyOf(starts, items);
        for (int[] sequence : sequences.itemsOf()) {
            for (int p = 0; p < sequence.length; p++) {
                double weight = 1;
                int last = Math.min(sequence.length - 1, p + reach);
                for (int q = p + 1; q <= last; q++) {
                    int at = next[sequence[p]]++;
                    targets[at] = sequence[q];
                    counts[at] = (float) weight;
                    weight *= gapDecay;
                }
            }
        }
        return merged(starts, targets, counts);
    }

    private static int[] startsByItem(Sequences sequences, int reach) {
        int[] starts = new int[sequences.items() + 1];
        for (int[] sequence : sequences.itemsOf()) {
            for (int p = 0; p < sequence.length; p++) {
                starts[sequence[p] + 1] += Math.min(reach, sequence.length - 1 - p);
            }
        }
        for (int i = 0; i < sequences.items(); i++) {
            starts[i + 1] = Math.addExact(starts[i], starts[i + 1]);
        }
        return starts;
    }

    /// Sums equal transitions.
    private static SparseMatrix merged(int[] starts, int[] targets, float[] counts) {
        int items = starts.length - 1;
        int[] offsets = new int[items + 1];
        double[] sums = new double[items];
        int size = 0;
        for (int item = 0; item < items; item++) {
            for (int at = starts[item]; at < starts[item + 1]; at++) {
                sums[targets[at]] += counts[at];
            }
            Arrays.sort(targets, starts[item], starts[item + 1]);
            for (int at = starts[item]; at < starts[item + 1]; at++) {
                int target = targets[at];
                if (sums[target] > 0) {
                    targets[size] = target;
                    counts[size++] = (float) sums[target];
                    sums[target] = 0;
                }
            }
            offsets[item + 1] = size;
        }
        return new SparseMatrix(
                items, offsets, Arrays.copyOf(targets, size), Arrays.copyOf(counts, size));
    }

    @Override
    public int items() {
        return weights.rowCount();
    }

    @Override
    public Scorer scorer() {
        int[] offsets = weights.offsets();
        int[] targets = weights.columns();
        float[] values = weights.values();
        return (history, scores) -> {
            Arrays.fill(scores, 0, items(), 0);
            double age = 1;
            int oldest = Math.max(0, history.length - options.reach());
            for (int p = history.length - 1; p >= oldest; p--) {
                int item = history[p];
                for (int at = offsets[item]; at < offsets[item + 1]; at++) {
                    scores[targets[at]] += (float) (age * values[at]);
                }
                age *= options.ageDecay();
            }
        };
    }
}
