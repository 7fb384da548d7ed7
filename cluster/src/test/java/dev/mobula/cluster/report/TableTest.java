package dev.mobula.cluster.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

final class TableTest {
    @Test
    void numbersStandToTheRightAndWordsToTheLeft() {
        String text = Table.of("call", "p50 us").row("in JVM", 7.125).row("Ray", 247).text();

        assertThat(text)
                .isEqualTo(
                        """
                        call    p50 us
                        ------  ------
                        in JVM    7.13
                        Ray        247
                        """);
    }

    @Test
    void fractionsHaveThreeSignificantDigits() {
        assertThat(Table.of("x").row(0.012345).text()).contains("0.0123");
        assertThat(Table.of("x").row(123.456).text()).contains("123");
        assertThat(Table.of("x").row(1.5e9).text()).contains("1.50e+09");
        assertThat(Table.of("x").row(0.0).text()).contains("0.0");
        assertThat(Table.of("x").row(Double.NaN).text()).contains("NaN");
    }

    @Test
    void aRowHasAsManyCellsAsThereAreColumns() {
        assertThatThrownBy(() -> Table.of("a", "b").row(1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("cells=1");
    }
}
