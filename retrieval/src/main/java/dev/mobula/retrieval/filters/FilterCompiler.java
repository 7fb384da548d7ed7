package dev.mobula.retrieval.filters;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.roaringbitmap.longlong.Roaring64Bitmap;

/*
 * Names are resolved and sets are laid out once for each search; what remains per row is a few loads and compares.
 * A set of up to 64 values within one word becomes a bit mask, a small one a sorted array, a large one stays a bitmap.
 */

/// Turns a [Filter] into a [RowPredicate] over the columns of one index.
public final class FilterCompiler {
    private static final int SORTED_ARRAY_MAX = 1 << 14;
    private static final RowPredicate EVERY_ROW = row -> true;
    private static final RowPredicate NO_ROW = row -> false;

    private FilterCompiler() {}

    /// Compiles; an attribute that the index does not have is refused by name.
    public static RowPredicate compile(Filter filter, Columns columns) {
        return switch (filter) {
            case Filter.Everything() -> EVERY_ROW;
            case Filter.IdIn(Roaring64Bitmap ids) -> {
                LongMembership members = LongMembership.of(ids);
                yield row -> members.contains(columns.id(row));
            }
            case Filter.OneOf(String name, Roaring64Bitmap values) -> {
                int column = columns.schema().column(name);
                LongMembership members = LongMembership.of(values);
                yield row -> members.contains(columns.value(column, row));
            }
            case Filter.Between(String name, long min, long max) -> {
                int column = columns.schema().column(name);
                yield row -> {
                    long value = columns.value(column, row);
                    return value >= min && value <= max;
                };
            }
            case Filter.AnyFlag(String name, long flags) -> {
                int column = columns.schema().column(name);
                yield row -> (columns.value(column, row) & flags) != 0;
            }
            case Filter.All(List<Filter> parts) ->
                    compileAll(parts, columns).stream()
                            .reduce(FilterCompiler::both)
                            .orElse(EVERY_ROW);
            case Filter.Any(List<Filter> parts) ->
                    compileAll(parts, columns).stream()
                            .reduce(FilterCompiler::either)
                            .orElse(NO_ROW);
            case Filter.Not(Filter part) -> {
                RowPredicate predicate = compile(part, columns);
                yield row -> !predicate.test(row);
            }
        };
    }

    /// The smallest set of ids outside of which the filter accepts nothing, if it names one.
    public static Optional<Roaring64Bitmap> onlyIds(Filter filter) {
        return switch (filter) {
            case Filter.IdIn(Roaring64Bitmap ids) -> Optional.of(ids);
            case Filter.All(List<Filter> parts) ->
                    parts.stream()
                            .flatMap(part -> onlyIds(part).stream())
                            .min(Comparator.comparingLong(Roaring64Bitmap::getLongCardinality));
            case Filter.Everything() -> Optional.empty();
            case Filter.OneOf _, Filter.Between _, Filter.AnyFlag _ -> Optional.empty();
            case Filter.Any _, Filter.Not _ -> Optional.empty();
        };
    }

    private static List<RowPredicate> compileAll(List<Filter> parts, Columns columns) {
        List<RowPredicate> predicates = new ArrayList<>(parts.size());
        parts.forEach(part -> predicates.add(compile(part, columns)));
        return predicates;
    }

    private static RowPredicate both(RowPredicate first, RowPredicate second) {
        return row -> first.test(row) && second.test(row);
    }

    private static RowPredicate either(RowPredicate first, RowPredicate second) {
        return row -> first.test(row) || second.test(row);
    }

    /// Membership in a set of longs, by the cheapest means for its size.
    private interface LongMembership {
        boolean contains(long value);

        static LongMembership of(Roaring64Bitmap set) {
            if (set.isEmpty()) {
                return value -> false;
            }
            long first = set.first();
            long last = set.last();
            if (first >= 0 && last >= first && last - first < Long.SIZE) {
                return inOneWord(set, first);
            }
            if (set.getLongCardinality() <= SORTED_ARRAY_MAX) {
                long[] sorted = set.toArray();
                Arrays.sort(sorted);
                return value -> Arrays.binarySearch(sorted, value) >= 0;
            }
            return set::contains;
        }

        private static LongMembership inOneWord(Roaring64Bitmap set, long first) {
            long bits = 0;
            for (long value : set.toArray()) {
                bits |= 1L << (value - first);
            }
            long mask = bits;
            return value -> {
                long place = value - first;
                return place >= 0 && place < Long.SIZE && (mask >>> place & 1) != 0;
            };
        }
    }
}
