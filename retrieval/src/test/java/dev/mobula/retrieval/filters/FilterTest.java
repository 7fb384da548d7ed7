package dev.mobula.retrieval.filters;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mobula.retrieval.RetrievalException;
import dev.mobula.testing.Seeds;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.roaringbitmap.longlong.Roaring64Bitmap;

final class FilterTest {
    private static final AttributeSchema SCHEMA =
            AttributeSchema.of("language", "created", "labels");

    /* Rows of arrays: the plainest index there is. */
    private static final class Table implements Columns {
        private final long[] ids = new long[200];
        private final long[][] values = new long[3][200];

        Table(SplittableRandom random) {
            for (int row = 0; row < ids.length; row++) {
                ids[row] = random.nextLong(-100, 100);
                values[0][row] = random.nextLong(6);
                values[1][row] = random.nextLong(-1000, 1000);
                values[2][row] = random.nextLong();
            }
        }

        @Override
        public AttributeSchema schema() {
            return SCHEMA;
        }

        @Override
        public long id(int row) {
            return ids[row];
        }

        @Override
        public long value(int column, int row) {
            return values[column][row];
        }
    }

    @Test
    void compiledFiltersAcceptWhatTheirMeaningSays() {
        Seeds.forAll(
                500,
                random -> {
                    Table table = new Table(random);
                    Filter filter = drawn(random, 3);
                    RowPredicate compiled = FilterCompiler.compile(filter, table);
                    for (int row = 0; row < 200; row++) {
                        assertThat(compiled.test(row)).isEqualTo(meaning(filter, table, row));
                    }
                });
    }

    @Test
    void idsOutsideTheNarrowestSetAreNeverAccepted() {
        Seeds.forAll(
                300,
                random -> {
                    Table table = new Table(random);
                    Filter filter = drawn(random, 3);
                    FilterCompiler.onlyIds(filter)
                            .ifPresent(
                                    ids -> {
                                        for (int row = 0; row < 200; row++) {
                                            if (!ids.contains(table.id(row))) {
                                                assertThat(meaning(filter, table, row)).isFalse();
                                            }
                                        }
                                    });
                });
    }

    @Test
    void anUnknownAttributeIsRefusedByNameWithTheOnesThereAre() {
        assertThatThrownBy(
                        () ->
                                FilterCompiler.compile(
                                        Filter.not(Filter.oneOf("colour", 1)),
                                        new Table(new SplittableRandom(1))))
                .isInstanceOf(RetrievalException.class)
                .hasMessage(
                        "attribute=colour: is unknown, the index has [language, created, labels]");
        assertThatThrownBy(() -> SCHEMA.attributes(Map.of("colour", 1L)))
                .isInstanceOf(RetrievalException.class)
                .hasMessageContaining("colour");
    }

    @Test
    void attributesByNameLeaveTheOthersZero() {
        assertThat(SCHEMA.attributes(Map.of("labels", 5L))).isEqualTo(new Attributes(0, 0, 5));
    }

    @Test
    void aRangeWithoutValuesIsRefused() {
        assertThatThrownBy(() -> Filter.between("created", 3, 2))
                .isInstanceOf(RetrievalException.class)
                .hasMessageContaining("created.min=3");
    }

    private static Filter drawn(SplittableRandom random, int depth) {
        return switch (random.nextInt(depth > 0 ? 9 : 5)) {
            case 0 -> Filter.EVERYTHING;
            case 1 -> Filter.idIn(set(random, 200, -100));
            case 2 ->
                    new Filter.OneOf(
                            random.nextBoolean() ? "language" : "created", set(random, 40, -20));
            case 3 -> Filter.between("created", random.nextLong(-900, 0), random.nextLong(0, 900));
            case 4 -> Filter.anyFlag("labels", 1L << random.nextInt(64));
            case 5 -> Filter.not(drawn(random, depth - 1));
            case 6 -> Filter.noFlag("labels", 1L << random.nextInt(64));
            case 7 -> new Filter.All(parts(random, depth));
            default -> new Filter.Any(parts(random, depth));
        };
    }

    private static List<Filter> parts(SplittableRandom random, int depth) {
        List<Filter> parts = new ArrayList<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            parts.add(drawn(random, depth - 1));
        }
        return parts;
    }

    private static Roaring64Bitmap set(SplittableRandom random, int width, int from) {
        Roaring64Bitmap set = new Roaring64Bitmap();
        for (int i = random.nextInt(60); i > 0; i--) {
            set.addLong(from + random.nextInt(width));
        }
        return set;
    }

    private static boolean meaning(Filter filter, Table table, int row) {
        return switch (filter) {
            case Filter.Everything() -> true;
            case Filter.IdIn(Roaring64Bitmap ids) -> ids.contains(table.id(row));
            case Filter.OneOf(String name, Roaring64Bitmap values) ->
                    values.contains(table.value(SCHEMA.column(name), row));
            case Filter.Between(String name, long min, long max) ->
                    table.value(SCHEMA.column(name), row) >= min
                            && table.value(SCHEMA.column(name), row) <= max;
            case Filter.AnyFlag(String name, long flags) ->
                    (table.value(SCHEMA.column(name), row) & flags) != 0;
            case Filter.All(List<Filter> parts) ->
                    parts.stream().allMatch(part -> meaning(part, table, row));
            case Filter.Any(List<Filter> parts) ->
                    parts.stream().anyMatch(part -> meaning(part, table, row));
            case Filter.Not(Filter part) -> !meaning(part, table, row);
        };
    }
}
