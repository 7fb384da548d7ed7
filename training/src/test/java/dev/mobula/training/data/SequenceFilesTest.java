package dev.mobula.training.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mobula.testing.PublicData;
import dev.mobula.training.TrainingException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SequenceFilesTest {
    @TempDir Path folder;

    @Test
    void orderWithinALineIsKeptAndIdsAreNumberedAsStrings() throws IOException {
        Path file = write("10 b a b\n9 c\n\nbroken\n9 a b\n");
        Rejects rejects = new Rejects(5);
        Sequences read = SequenceFiles.read(file, rejects);
        assertThat(read.userIds()).containsExactly("10", "9");
        assertThat(read.itemIds()).containsExactly("a", "b", "c");
        assertThat(read.itemsOf()[0]).containsExactly(1, 0, 1);
        assertThat(read.itemsOf()[1]).containsExactly(2);
        assertThat(read.size()).isEqualTo(4);
        assertThat(read.counts()).containsExactly(1, 2, 1);
        assertThat(read.withoutLast(2).itemsOf()[0]).containsExactly(1);
        assertThat(read.withoutLast(2).itemsOf()[1]).isEmpty();
        assertThat(rejects.shown().get(0)).contains(":4: words=\"1\"");
        assertThat(rejects.shown().get(1)).contains(":5: user=\"9\"");
    }

    @Test
    void candidatesOfUnknownPeopleAndItemsAreSetAside() throws IOException {
        Sequences read = SequenceFiles.read(write("u a b c\nv b\n"), new Rejects(0));
        Path given = Files.writeString(folder.resolve("given"), "u c a z\nw a\n");
        Rejects rejects = new Rejects(5);
        int[][] candidates = SequenceFiles.readCandidates(given, read, rejects);
        assertThat(candidates[0]).containsExactly(0, 2);
        assertThat(candidates[1]).isEmpty();
        assertThat(rejects.count()).isEqualTo(2);
        assertThat(rejects.shown().getFirst()).contains("item=\"z\"");
    }

    @Test
    void aFileWithoutALineIsRefused() throws IOException {
        Path empty = write("\n");
        assertThatThrownBy(() -> SequenceFiles.read(empty, new Rejects(0)))
                .isInstanceOf(TrainingException.class)
                .hasMessageContaining("no line of the form");
        assertThatThrownBy(() -> SequenceFiles.read(folder.resolve("none"), new Rejects(0)))
                .hasMessageContaining("no such file");
    }

    @Test
    void thePublicSequencesHaveTheirKnownSizes() {
        Path folder = PublicData.require("s3rec");
        Rejects none = new Rejects(0);
        Sequences music = SequenceFiles.read(folder.resolve("LastFM.txt.gz"), none);
        assertThat(music.users()).isEqualTo(1_090);
        assertThat(music.items()).isEqualTo(3_646);
        assertThat(music.size()).isEqualTo(52_551);
        int[][] given =
                SequenceFiles.readCandidates(folder.resolve("LastFM_sample.txt.gz"), music, none);
        for (int[] candidates : given) {
            assertThat(candidates).hasSize(99);
        }
    }

    private Path write(String text) throws IOException {
        return Files.writeString(folder.resolve("sequences"), text);
    }
}
