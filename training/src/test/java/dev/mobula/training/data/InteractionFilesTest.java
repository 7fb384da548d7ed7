package dev.mobula.training.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mobula.testing.Seeds;
import dev.mobula.training.TrainingException;
import dev.mobula.training.TrainingException.Code;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class InteractionFilesTest {
    @TempDir Path folder;

    @Test
    void aPairOfListFilesIsOneDataSetOfTwoSources() throws Exception {
        Path train = gzip("train.txt.gz", "b 1 2\na 2\nlonely\n");
        Path test = plain("test.txt", "a 3 \nb\n");
        Interactions data = InteractionFiles.readLists(List.of(train, test), new Rejects(0));
        assertThat(data.userIds()).containsExactly("a", "b", "lonely");
        assertThat(data.itemIds()).containsExactly("1", "2", "3");
        assertThat(data.users()).containsExactly(1, 1, 0, 0);
        assertThat(data.items()).containsExactly(0, 1, 1, 2);
        assertThat(data.sources()).containsExactly(0, 0, 0, 1);
    }

    @Test
    void eventsHaveTwoToFourColumns() throws Exception {
        Path file = plain("events.tsv", "u\ti\nu\tj\t2.5\r\n\nv\ti\t1\t99");
        Interactions data = InteractionFiles.readEvents(file, new Rejects(0));
        assertThat(data.userIds()).containsExactly("u", "v");
        assertThat(data.weights()).containsExactly(1, 2.5f, 1);
        assertThat(data.times()).containsExactly(0, 0, 99);
    }

    @Test
    void typedColumnsMayStandInAnyOrder() throws Exception {
        Path file =
                plain(
                        "x.inter",
                        "rating:float\titem_id:token\tage:token\tuser_id:token\n3\ti\t7\tu\n");
        Interactions data = InteractionFiles.readEvents(file, new Rejects(0));
        assertThat(data.userIds()).containsExactly("u");
        assertThat(data.itemIds()).containsExactly("i");
        assertThat(data.weights()).containsExactly(3);
    }

    @Test
    void edgesNumberBothEndsAlike() throws Exception {
        Path file = plain("edges.csv", "from,to\n7,3\n3,5\n");
        Interactions data = InteractionFiles.readEdges(List.of(file), new Rejects(0));
        assertThat(data.userIds()).isEqualTo(data.itemIds()).containsExactly("3", "5", "7");
        assertThat(data.users()).containsExactly(2, 0);
        assertThat(data.items()).containsExactly(0, 1);
    }

    @Test
    void badLinesAreSetAsideWithFileLineFieldAndValue() throws Exception {
        Path file = plain("bad.tsv", "u\ti\nonly\nu\tj\tmany\nu\t\t1\nu\tk\tNaN\nu\tl\n");
        Rejects rejects = new Rejects(4);
        assertThat(InteractionFiles.readEvents(file, rejects).size()).isEqualTo(2);
        assertThat(rejects.count()).isEqualTo(4);
        assertThat(rejects.shown())
                .satisfiesExactly(
                        line -> assertThat(line).contains("bad.tsv:2: fields=\"1\""),
                        line -> assertThat(line).contains("bad.tsv:3: weight=\"many\""),
                        line -> assertThat(line).contains("bad.tsv:4: item=\"\""),
                        line -> assertThat(line).contains("bad.tsv:5: weight=\"NaN\""));
        assertRefused(
                () -> InteractionFiles.readEvents(file, new Rejects(3)),
                Code.BAD_DATA,
                "bad.tsv:5: weight=\"NaN\": must be finite (bad lines=4, limit=3)");
    }

    @Test
    void aMissingFileAndMissingColumnsAreNamed() throws Exception {
        assertRefused(
                () -> InteractionFiles.readEvents(folder.resolve("none"), new Rejects(0)),
                Code.NOT_FOUND,
                "none: no such file");
        Path file = plain("y.inter", "user_id:token\tx:token\n1\t2\n");
        assertRefused(
                () -> InteractionFiles.readEvents(file, new Rejects(0)),
                Code.BAD_DATA,
                "must name user_id:token and item_id:token");
        Path edges = plain("e.csv", "");
        assertRefused(
                () -> InteractionFiles.readEdges(List.of(edges), new Rejects(0)),
                Code.BAD_DATA,
                "must be two columns");
    }

    @Test
    void aDamagedFileGivesAClearErrorOrFewerLines() throws Exception {
        byte[] whole = Files.readAllBytes(gzip("whole.gz", "u\ti\t1\t2\n".repeat(500)));
        Seeds.forAll(
                300,
                random -> {
                    byte[] damaged =
                            random.nextBoolean()
                                    ? Arrays.copyOf(whole, random.nextInt(whole.length))
                                    : whole.clone();
                    if (damaged.length == whole.length) {
                        damaged[random.nextInt(damaged.length)] ^= (byte) (1 << random.nextInt(8));
                    }
                    Path file = folder.resolve("damaged.gz");
                    Files.write(file, damaged);
                    try {
                        InteractionFiles.readEvents(file, new Rejects(5));
                    } catch (TrainingException refused) {
                        assertThat(refused.code()).isEqualTo(Code.BAD_DATA);
                        assertThat(refused).hasMessageContaining("damaged.gz");
                    }
                });
    }

    private Path plain(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }

    private Path gzip(String name, String text) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
            out.write(text.getBytes(StandardCharsets.UTF_8));
        }
        return Files.write(folder.resolve(name), bytes.toByteArray());
    }

    private static void assertRefused(Runnable call, Code code, String message) {
        assertThatThrownBy(call::run)
                .isInstanceOfSatisfying(
                        TrainingException.class,
                        refused -> assertThat(refused.code()).isEqualTo(code))
                .hasMessageContaining(message);
    }
}
