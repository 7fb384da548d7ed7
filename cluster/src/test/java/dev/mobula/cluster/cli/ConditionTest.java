package dev.mobula.cluster.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mobula.retrieval.filters.Filter;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;
import org.roaringbitmap.longlong.Roaring64Bitmap;
import picocli.CommandLine.TypeConversionException;

final class ConditionTest {
    private static final long NOW = 1_000_000_000;

    @Test
    void everyFormStandsForItsFilter() {
        assertThat(filter("language=de,en")).isEqualTo(Filter.oneOfTexts("language", "de", "en"));
        assertThat(filter("author!=5")).isEqualTo(Filter.not(Filter.oneOf("author", 5)));
        assertThat(filter("id=3,4")).isEqualTo(Filter.idIn(Roaring64Bitmap.bitmapOf(3, 4)));
        assertThat(filter("created>=now-2h")).isEqualTo(Filter.atLeast("created", NOW - 7_200_000));
        assertThat(filter("created<=now"))
                .isEqualTo(Filter.between("created", Long.MIN_VALUE, NOW));
        assertThat(filter("labels&6")).isEqualTo(Filter.anyFlag("labels", 6));
        assertThat(filter("labels!&6")).isEqualTo(Filter.noFlag("labels", 6));
        assertThat(filter("score>=-7")).isEqualTo(Filter.atLeast("score", -7));
    }

    @Test
    void whatIsNoConditionIsRefusedWithTheText() {
        for (String wrong :
                new String[] {
                    "language",
                    "=de",
                    "language=norwegian",
                    "created>=1,2",
                    "a=99999999999999999999"
                }) {
            assertThatThrownBy(() -> filter(wrong))
                    .isInstanceOf(TypeConversionException.class)
                    .hasMessageContaining(wrong);
        }
    }

    private static Filter filter(String typed) {
        return new Condition(InstantSource.fixed(java.time.Instant.ofEpochMilli(NOW)))
                .convert(typed);
    }
}
