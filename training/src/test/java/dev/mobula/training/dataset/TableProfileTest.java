package dev.mobula.training.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.mobula.training.columns.Column;
import dev.mobula.training.columns.Column.Kind;
import dev.mobula.training.columns.Rows;
import dev.mobula.training.columns.TableReader;
import dev.mobula.training.columns.TableSchema;
import java.util.List;
import java.util.OptionalDouble;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/// Sketched statistics stay within their bounds of the exact ones; drift is found where it is and only there.
final class TableProfileTest {
    private static final TableSchema SCHEMA =
            TableSchema.of(
                    Column.of("number", Kind.NUMBER),
                    Column.of("country", Kind.TEXT),
                    Column.of("items", Kind.WHOLES));

    /// Rows made one by one.
    private static TableReader generated(
            long seed, int rows, double shift, double missing, String rare) {
        SplittableRandom random = new SplittableRandom(seed);
        return new TableReader() {
            private int given;

            @Override
            public TableSchema schema() {
                return SCHEMA;
            }

            @Override
            public boolean next(Rows batch, int rowsMax) {
                batch.clear();
                for (; given < rows && batch.size() < rowsMax; given++) {
                    if (random.nextDouble() < missing) {
                        batch.numbers(0).addMissing();
                    } else {
                        batch.numbers(0).add(random.nextGaussian() + shift);
                    }
                    batch.texts(1).add(random.nextInt(4) == 0 ? rare : "de");
                    batch.lists(2).add(random.longs(random.nextInt(4), 0, 1_000).toArray());
                    batch.endRow();
                }
                return batch.size() > 0;
            }

            @Override
            public OptionalDouble done() {
                return OptionalDouble.of((double) given / rows);
            }

            @Override
            public void close() {}
        };
    }

    private static TableProfile profile(long seed, double shift, double missing, String rare) {
        return TableProfile.of(generated(seed, 50_000, shift, missing, rare), Progress.NONE);
    }

    @Test
    void statisticsAreThoseOfTheRows() {
        TableProfile profile = profile(1, 5, .2, "fr");
        ColumnProfile number = profile.columns().get(0);
        assertThat(profile.rows()).isEqualTo(50_000);
        assertThat(number.missing()).isBetween(9_500L, 10_500L);
        ColumnProfile.Numbers numbers = number.numbers().orElseThrow();
        assertThat(numbers.mean()).isCloseTo(5, within(.03));
        assertThat(numbers.deviation()).isCloseTo(1, within(.03));
        assertThat(numbers.quantiles().get(3)).isCloseTo(5, within(.05));
        assertThat(numbers.quantiles().get(5)).isCloseTo(6.645, within(.08));
        ColumnProfile country = profile.columns().get(1);
        assertThat(country.distinct()).isEqualTo(2);
        assertThat(country.top().getFirst().value()).isEqualTo("de");
        assertThat(country.top().getFirst().count()).isBetween(37_000L, 38_000L);
        ColumnProfile items = profile.columns().get(2);
        assertThat(items.distinct()).isBetween(950L, 1_050L);
        assertThat(items.elements()).isBetween(74_000L, 76_000L);
        assertThat(items.numbers().orElseThrow().max()).isEqualTo(3);
    }

    private static Drift of(List<Drift> drifts, String column) {
        return drifts.stream()
                .filter(drift -> drift.column().name().equals(column))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void drawsFromOneWorldHardlyDrift() {
        List<Drift> drifts = Drift.between(profile(1, 0, .1, "fr"), profile(2, 0, .1, "fr"));
        assertThat(drifts).allMatch(drift -> drift.populationStability() < .02);
        assertThat(of(drifts, "number").kolmogorovSmirnov().orElseThrow()).isLessThan(.02);
    }

    @Test
    void aShiftANewCategoryAndMissingValuesShow() {
        TableProfile before = profile(1, 0, .1, "fr");
        Drift shifted = of(Drift.between(before, profile(2, 1, .1, "fr")), "number");
        assertThat(shifted.populationStability()).isGreaterThan(.5);
        assertThat(shifted.kolmogorovSmirnov().orElseThrow()).isCloseTo(.3829, within(.02));
        Drift category = of(Drift.between(before, profile(2, 0, .1, "it")), "country");
        assertThat(category.populationStability()).isGreaterThan(1);
        Drift missing = of(Drift.between(before, profile(2, 0, .6, "fr")), "number");
        assertThat(missing.populationStability()).isGreaterThan(.25);
        assertThat(missing.missingAfter()).isCloseTo(.6, within(.02));
        assertThat(missing.kolmogorovSmirnov().orElseThrow()).isLessThan(.03);
    }

    @Test
    void tablesWithoutACommonColumnAreRefused() {
        TableProfile none = new TableProfile(0, List.of());
        assertThatThrownBy(() -> Drift.between(profile(1, 0, 0, "x"), none))
                .hasMessageContaining("must share one");
    }
}
