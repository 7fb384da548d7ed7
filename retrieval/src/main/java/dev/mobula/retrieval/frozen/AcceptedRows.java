package dev.mobula.retrieval.frozen;

import dev.mobula.retrieval.filters.Filter;
import dev.mobula.retrieval.filters.FilterCompiler;
import dev.mobula.retrieval.filters.RowPredicate;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.PrimitiveIterator;
import org.jspecify.annotations.Nullable;
import org.roaringbitmap.longlong.Roaring64Bitmap;

/*
 * How many rows pass decides how to search, so it is estimated first: by reading blocks of rows spread over the index,
 * each block one cache line of a column. When the filter names a small set of ids the rows are looked up instead, and
 * the number is exact.
 */

/// The rows of one index that a search may return: a test, about how many pass, and the rows themselves when few.
public final class AcceptedRows {
    private static final int SAMPLE_BLOCKS = 64;
    private static final int SAMPLE_BLOCK_ROWS = 8;
    private static final int LOOKUP_COST_IN_TESTS = 32;

    private final RowPredicate test;
    private final int estimate;
    private final int @Nullable [] rows;

    private AcceptedRows(RowPredicate test, int estimate, int @Nullable [] rows) {
        this.test = test;
        this.estimate = estimate;
        this.rows = rows;
    }

    /// Rows that pass a test, when about how many they are is known.
    public static AcceptedRows of(RowPredicate test, int estimate) {
        return new AcceptedRows(test, estimate, null);
    }

    /// Exactly these rows, in ascending order; the array becomes its own.
    public static AcceptedRows of(int[] rows) {
        return new AcceptedRows(row -> Arrays.binarySearch(rows, row) >= 0, rows.length, rows);
    }

    /// Rows that a filter accepts and that are alive.
    public static AcceptedRows of(FrozenIndex index, Filter filter, RowPredicate alive) {
        RowPredicate matches = FilterCompiler.compile(filter, index);
        RowPredicate test = row -> matches.test(row) && alive.test(row);
        Optional<Roaring64Bitmap> ids = FilterCompiler.onlyIds(filter);
        if (ids.isPresent()
                && ids.get().getLongCardinality() * LOOKUP_COST_IN_TESTS < index.count()) {
            int[] rows = lookUp(index, ids.get(), test);
            return new AcceptedRows(test, rows.length, rows);
        }
        return new AcceptedRows(test, sampled(test, index.count()), null);
    }

    public boolean test(int row) {
        return test.test(row);
    }

    /// About how many rows pass.
    public int estimate() {
        return estimate;
    }

    int @Nullable [] rows() {
        return rows;
    }

    private static int[] lookUp(FrozenIndex index, Roaring64Bitmap ids, RowPredicate test) {
        int[] rows = new int[ids.getIntCardinality()];
        int count = 0;
        for (PrimitiveIterator.OfLong each = ids.stream().iterator(); each.hasNext(); ) {
            OptionalInt row = index.row(each.nextLong());
            if (row.isPresent() && test.test(row.getAsInt())) {
                rows[count++] = row.getAsInt();
            }
        }
        return Arrays.copyOf(rows, count);
    }

    private static int sampled(RowPredicate test, int count) {
        int blocks = Math.min(SAMPLE_BLOCKS, (count + SAMPLE_BLOCK_ROWS - 1) / SAMPLE_BLOCK_ROWS);
        int tested = 0;
        int passed = 0;
        for (int block = 0; block < blocks; block++) {
            int from = (int) ((long) block * count / blocks);
            int to = Math.min(from + SAMPLE_BLOCK_ROWS, count);
            for (int row = from; row < to; row++) {
                passed += test.test(row) ? 1 : 0;
            }
            tested += to - from;
        }
        return tested == 0 ? 0 : (int) ((long) passed * count / tested);
    }
}
