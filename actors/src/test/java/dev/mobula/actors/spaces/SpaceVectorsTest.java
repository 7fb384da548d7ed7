package dev.mobula.actors.spaces;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mobula.retrieval.RetrievalException;
import dev.mobula.retrieval.vectors.Metric;
import dev.mobula.testing.Seeds;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SpaceVectorsTest {
    @TempDir private Path folder;

    @Test
    void everyVectorIsFoundByItsIdAndNoOtherIdHasOne() {
        Seeds.forAll(
                30,
                random -> {
                    int dimension = random.nextInt(1, 40);
                    long[] ids =
                            random.longs(random.nextInt(200), -1_000, 1_000)
                                    .distinct()
                                    .sorted()
                                    .toArray();
                    float[][] vectors = new float[ids.length][dimension];
                    for (float[] vector : vectors) {
                        for (int i = 0; i < dimension; i++) {
                            vector[i] = (float) random.nextGaussian();
                        }
                    }
                    Path file = folder.resolve("vectors");
                    Path part = folder.resolve("part");
                    try {
                        SpaceVectors.write(
                                file, Metric.COSINE, dimension, ids, row -> vectors[row]);
                        try (SpaceVectors all = SpaceVectors.open(file)) {
                            all.writePart(part, id -> id % 2 == 0);
                        }
                    } catch (IOException failed) {
                        throw new AssertionError(failed);
                    }
                    try (SpaceVectors all = SpaceVectors.open(file);
                            SpaceVectors even = SpaceVectors.open(part)) {
                        assertThat(all.count()).isEqualTo(ids.length);
                        assertThat(all.metric()).isEqualTo(even.metric()).isEqualTo(Metric.COSINE);
                        for (int row = 0; row < ids.length; row++) {
                            assertThat(all.find(ids[row])).isEqualTo(vectors[row]);
                            assertThat(even.find(ids[row]).length)
                                    .isEqualTo(ids[row] % 2 == 0 ? dimension : 0);
                        }
                        assertThat(all.find(1_001)).isEmpty();
                    } catch (IOException failed) {
                        throw new AssertionError(failed);
                    }
                });
    }

    @Test
    void aDamagedFileIsRefusedByNameWhicheverByteDiffers() throws IOException {
        Path file = folder.resolve("vectors");
        float[][] vectors = {{1, 2}, {3, 4}, {5, 6}};
        SpaceVectors.write(file, Metric.COSINE, 2, new long[] {1, 2, 3}, row -> vectors[row]);
        byte[] good = Files.readAllBytes(file);
        for (int at = 0; at < good.length; at++) {
            byte[] bad = good.clone();
            bad[at] ^= 4;
            Files.write(file, bad);
            assertThatThrownBy(() -> SpaceVectors.open(file))
                    .isInstanceOf(RetrievalException.class)
                    .hasMessageContaining(file.toString());
        }
        assertThatThrownBy(
                        () ->
                                SpaceVectors.write(
                                        file, Metric.COSINE, 2, new long[] {2, 2}, r -> vectors[r]))
                .hasMessageContaining("id=2");
    }
}
