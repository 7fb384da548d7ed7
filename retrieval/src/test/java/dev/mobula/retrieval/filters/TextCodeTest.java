package dev.mobula.retrieval.filters;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mobula.retrieval.RetrievalException;
import dev.mobula.testing.Seeds;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

final class TextCodeTest {
    @Test
    void everyTextThatFitsComesBackFromItsCode() {
        assertThat(TextCode.of("language", "")).isZero();
        assertThat(TextCode.of("language", "de")).isEqualTo(0x6465);
        assertThat(TextCode.text(TextCode.of("language", "zh-Hant"))).isEqualTo("zh-Hant");
        Seeds.forAll(
                500,
                random -> {
                    StringBuilder text = new StringBuilder();
                    while (text.length() < 8 && random.nextInt(9) > 0) {
                        text.appendCodePoint(1 + random.nextInt(0xD7FE));
                    }
                    if (text.toString().getBytes(StandardCharsets.UTF_8).length <= 8) {
                        assertThat(TextCode.text(TextCode.of("tag", text.toString())))
                                .isEqualTo(text.toString());
                    }
                });
    }

    @Test
    void aTextThatDoesNotFitIsRefusedByName() {
        assertThatThrownBy(() -> TextCode.of("language", "norwegian"))
                .isInstanceOf(RetrievalException.class)
                .hasMessageContaining("language=norwegian");
        assertThatThrownBy(() -> TextCode.of("language", "a\0b"))
                .isInstanceOf(RetrievalException.class);
    }
}
