package dev.mobula.retrieval.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mobula.retrieval.RetrievalException;
import dev.mobula.retrieval.RetrievalException.Code;
import dev.mobula.testing.Seeds;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TextIndexTest {
    @TempDir Path folder;

    @Test
    void rareWordsCountMoreAndAnOldTextIsGone() {
        try (TextIndex index = TextIndex.inMemory()) {
            index.put(1, "the manta ray glides");
            index.put(2, "the eagle ray");
            index.put(3, "the eagle flies over the sea");
            index.put(-4, "Manta, manta!");
            index.refresh();
            assertThat(search(index, "MANTA ray")).containsExactly(1, -4, 2);
            index.put(1, "a whale");
            index.delete(2);
            assertThat(search(index, "manta ray")).containsExactly(1, -4, 2);
            index.refresh();
            assertThat(search(index, "manta ray")).containsExactly(-4);
            assertThat(search(index, "")).isEmpty();
            assertThat(search(index, "unheard")).isEmpty();
        }
    }

    @Test
    void nothingInAQueryIsAnOperator() {
        try (TextIndex index = TextIndex.inMemory()) {
            index.put(1, "plain words");
            index.refresh();
            Seeds.forAll(
                    200,
                    random -> {
                        StringBuilder query = new StringBuilder("words");
                        for (int i = random.nextInt(50); i > 0; i--) {
                            query.append((char) random.nextInt(1, 0x3000));
                        }
                        query.append(" words AND NOT \"( *? text:[a TO");
                        assertThat(search(index, query.toString())).containsExactly(1);
                    });
        }
    }

    @Test
    void aCommitIsFoundAgainWithItsPositionAndTheRestIsNot() {
        try (TextIndex index = TextIndex.open(folder)) {
            assertThat(index.position()).isZero();
            index.put(1, "kept");
            index.commit(17);
            index.put(2, "kept not");
        }
        try (TextIndex index = TextIndex.open(folder)) {
            assertThat(index.position()).isEqualTo(17);
            assertThat(search(index, "kept")).containsExactly(1);
            assertCode(() -> TextIndex.open(folder), Code.BUSY);
        }
    }

    @Test
    void damageAndClosingAreClearErrors() throws Exception {
        TextIndex index = TextIndex.open(folder);
        index.put(1, "one");
        index.commit(1);
        index.close();
        index.close();
        assertCode(() -> index.put(2, "two"), Code.CLOSED);
        assertCode(() -> search(index, "one"), Code.CLOSED);
        assertThatThrownBy(() -> index.put(1, "x".repeat(TextIndex.TEXT_CHARS_MAX + 1)))
                .hasMessageContaining("text length=1048577");
        try (Stream<Path> files = Files.list(folder)) {
            List<Path> segments =
                    files.filter(file -> file.getFileName().toString().startsWith("segments_"))
                            .toList();
            for (Path file : segments) {
                byte[] bytes = Files.readAllBytes(file);
                bytes[bytes.length / 2] ^= 1;
                Files.write(file, bytes);
            }
        }
        assertCode(() -> TextIndex.open(folder), Code.CORRUPT);
    }

    private static long[] search(TextIndex index, String words) {
        long[] ids = new long[10];
        float[] scores = new float[10];
        int count = index.search(words, 10, ids, scores);
        for (int i = 1; i < count; i++) {
            assertThat(scores[i]).isLessThanOrEqualTo(scores[i - 1]);
        }
        return Arrays.copyOf(ids, count);
    }

    private static void assertCode(Runnable call, Code code) {
        assertThatThrownBy(call::run)
                .isInstanceOfSatisfying(
                        RetrievalException.class,
                        refused -> assertThat(refused.code()).isEqualTo(code));
    }
}
