package dev.mobula.retrieval.source;

import static dev.mobula.retrieval.RetrievalException.invalid;

import dev.mobula.retrieval.collaborative.InteractionMatrix;
import dev.mobula.retrieval.vectors.LongTable;
import java.util.Arrays;

/// Who had what lately, bounded: the raw material of the models over histories.
///
/// Keeps the newest pairs in a ring; a model is made now and then from what is in it. All methods may be called from any
/// thread.
public final class HistoryWindow {
    private final long[] people;
    private final long[] items;
    private long added;

    /// Keeps the newest `pairsMax` pairs.
    public HistoryWindow(int pairsMax) {
        if (pairsMax < 1) {
            throw invalid("pairsMax", pairsMax, "must be at least 1");
        }
        people = new long[pairsMax];
        items = new long[pairsMax];
    }

    /// A matrix with the ids of its rows and columns.
    public record Table(InteractionMatrix matrix, LongTable people, LongTable items) {}

    public synchronized void add(long person, long item) {
        int at = (int) (added++ % people.length);
        people[at] = person;
        items[at] = item;
    }

    /// How many pairs were ever added.
    public synchronized long added() {
        return added;
    }

    /// Who had what, each pair once.
    public Table table() {
        long[][] pairs = pairs();
        return table(pairs, LongTable.of(pairs[0]), LongTable.of(pairs[1]));
    }

    /// The same where people and items are the same kind: who follows whom, numbered alike.
    public Table graph() {
        long[][] pairs = pairs();
        LongTable ids = LongTable.of(pairs[0]);
        for (long followed : pairs[1]) {
            ids.add(followed);
        }
        return table(pairs, ids, ids);
    }

    private synchronized long[][] pairs() {
        int size = (int) Math.min(added, people.length);
        return new long[][] {Arrays.copyOf(people, size), Arrays.copyOf(items, size)};
    }

    private static Table table(long[][] pairs, LongTable rows, LongTable columns) {
        long[] cells = new long[pairs[0].length];
        for (int i = 0; i < cells.length; i++) {
            long row = rows.find(pairs[0][i]);
            cells[i] = (row << Integer.SIZE) | columns.find(pairs[1][i]);
        }
        long[] distinct = Arrays.stream(cells).sorted().distinct().toArray();
        int[] offsets = new int[rows.size() + 1];
        int[] items = new int[distinct.length];
        for (int i = 0; i < distinct.length; i++) {
            offsets[(int) (distinct[i] >>> Integer.SIZE) + 1]++;
            items[i] = (int) distinct[i];
        }
        for (int i = 0; i < rows.size(); i++) {
            offsets[i + 1] += offsets[i];
        }
        return new Table(InteractionMatrix.of(columns.size(), offsets, items), rows, columns);
    }
}
