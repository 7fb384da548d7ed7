package dev.mobula.actors.feed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mobula.testing.Seeds;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

final class CursorSealTest {
    private static final CursorSeal SEAL =
            new CursorSeal("a key of sixteen".getBytes(StandardCharsets.UTF_8));

    @Test
    void aCursorComesBackAsItWasAndNoOtherTextIsOne() {
        Seeds.forAll(
                300,
                random -> {
                    CursorSeal.Cursor cursor =
                            new CursorSeal.Cursor(
                                    random.nextLong(),
                                    random.nextLong(),
                                    random.nextInt(1, 1_000),
                                    random.nextLong(0, Long.MAX_VALUE));
                    String text = SEAL.seal(cursor, "home");
                    long before = Math.max(0, cursor.expiresMillis() - 1);
                    assertThat(SEAL.open(text, cursor.user(), "home", before)).isEqualTo(cursor);
                    char[] letters = text.toCharArray();
                    int at = random.nextInt(letters.length);
                    letters[at] = letters[at] == 'x' ? 'y' : 'x';
                    String changed = new String(letters);
                    assertThatThrownBy(() -> SEAL.open(changed, cursor.user(), "home", before))
                            .hasMessageContaining(changed);
                });
    }

    @Test
    void aCursorIsGoodForItsUserItsSurfaceItsKeyAndItsTimeAlone() {
        String text = SEAL.seal(new CursorSeal.Cursor(5, 6, 7, 1_000), "home");
        assertThat(SEAL.open(text, 5, "home", 1_000).pages()).isEqualTo(7);
        assertThatThrownBy(() -> SEAL.open(text, 5, "home", 1_001)).hasMessageContaining("expired");
        assertThatThrownBy(() -> SEAL.open(text, 6, "home", 0))
                .hasMessageContaining("another user");
        assertThatThrownBy(() -> SEAL.open(text, 5, "other", 0)).hasMessageContaining("other");
        CursorSeal stranger = new CursorSeal("another of sixteen".getBytes(StandardCharsets.UTF_8));
        assertThatThrownBy(() -> stranger.open(text, 5, "home", 0))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new CursorSeal(new byte[3])).hasMessageContaining("3 bytes");
    }
}
