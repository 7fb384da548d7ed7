package dev.mobula.retrieval.shard;

import dev.mobula.retrieval.filters.Filter;
import dev.mobula.retrieval.filters.FilterCompiler;
import dev.mobula.retrieval.filters.RowPredicate;
import dev.mobula.retrieval.frozen.AcceptedRows;
import dev.mobula.retrieval.frozen.FrozenIndex;
import dev.mobula.retrieval.vectors.RowBits;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/*
 * A filter that comes for the second time is laid out once, row by row, as a bitmap with its count; from then on a
 * search neither compiles nor samples it, and one that few rows pass is a list to be scanned. A snapshot never changes,
 * so neither does what a filter accepts in it; what died since is asked for each row as always.
 *
 * Filters over sets of ids or over thousands of values belong to one person each, so they are not kept. The one that was
 * not used for longest goes first.
 */

/// The rows of one snapshot that filters accept, remembered for filters that come again.
final class FilterCache {
    private static final int FILTERS_MAX = 256;
    private static final long BYTES_MAX = 64L << 20;
    private static final int LISTED_ROWS_MAX = 4_096;
    private static final int VALUES_MAX = 1_024;

    /// Rows that a filter accepts: their number, and themselves as a list when they are few.
    @SuppressWarnings("ArrayRecordComponent")
    private record Matches(RowBits bits, int count, int @Nullable [] rows) {}

    private final FrozenIndex index;
    private final int laidOutMax;
    private final Map<Filter, Matches> laidOut = new LinkedHashMap<>(16, .75f, true);
    private final Map<Filter, Boolean> seenOnce = new LinkedHashMap<>();

    FilterCache(FrozenIndex index) {
        this.index = index;
        long bytes = Math.max(1, index.count() / Byte.SIZE);
        laidOutMax = Math.clamp(BYTES_MAX / bytes, 1, FILTERS_MAX);
    }

    /// The rows that a search may return.
    AcceptedRows accepted(Filter filter, RowPredicate alive) {
        Matches matches = isShared(filter) ? matches(filter) : null;
        if (matches == null) {
            return AcceptedRows.of(index, filter, alive);
        }
        int[] rows = matches.rows();
        RowBits bits = matches.bits();
        return rows == null
                ? AcceptedRows.of(row -> bits.contains(row) && alive.test(row), matches.count())
                : AcceptedRows.of(Arrays.stream(rows).filter(alive::test).toArray());
    }

    int size() {
        synchronized (laidOut) {
            return laidOut.size();
        }
    }

    private @Nullable Matches matches(Filter filter) {
        synchronized (laidOut) {
            Matches known = laidOut.get(filter);
            if (known != null || !seenBefore(filter)) {
                return known;
            }
        }
        Matches made = layOut(filter);
        synchronized (laidOut) {
            laidOut.put(filter, made);
            if (laidOut.size() > laidOutMax) {
                laidOut.remove(laidOut.keySet().iterator().next());
            }
        }
        return made;
    }

    private boolean seenBefore(Filter filter) {
        if (seenOnce.remove(filter) != null) {
            return true;
        }
        seenOnce.put(filter, true);
        if (seenOnce.size() > FILTERS_MAX) {
            seenOnce.remove(seenOnce.keySet().iterator().next());
        }
        return false;
    }

    private Matches layOut(Filter filter) {
        RowPredicate test = FilterCompiler.compile(filter, index);
        RowBits bits = new RowBits(index.count());
        int[] rows = new int[LISTED_ROWS_MAX];
        int count = 0;
        for (int row = 0; row < index.count(); row++) {
            if (test.test(row)) {
                bits.add(row);
                if (count < rows.length) {
                    rows[count] = row;
                }
                count++;
            }
        }
        return new Matches(bits, count, count <= rows.length ? Arrays.copyOf(rows, count) : null);
    }

    /// Whether several people may ask with this filter.
    private static boolean isShared(Filter filter) {
        return switch (filter) {
            case Filter.IdIn _ -> false;
            case Filter.OneOf(String _, var values) -> values.getLongCardinality() <= VALUES_MAX;
            case Filter.Everything _, Filter.Between _, Filter.AnyFlag _ -> true;
            case Filter.All(List<Filter> parts) -> parts.stream().allMatch(FilterCache::isShared);
            case Filter.Any(List<Filter> parts) -> parts.stream().allMatch(FilterCache::isShared);
            case Filter.Not(Filter part) -> isShared(part);
        };
    }
}
