package dev.mobula.retrieval.frozen;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mobula.testing.Seeds;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class ShortlistTest {
    @Test
    void keepsTheNearestOfAllThatCameInAnyOrder() {
        Seeds.forAll(
                200,
                random -> {
                    int limit = 1 + random.nextInt(300);
                    float[] distances = new float[random.nextInt(3000)];
                    for (int row = 0; row < distances.length; row++) {
                        distances[row] = (random.nextInt(2000) - 1000) / 8f;
                    }
                    Shortlist list = new Shortlist();
                    list.reset(limit);
                    for (int row = 0; row < distances.length; row++) {
                        if (distances[row] <= list.bound()) {
                            list.add(distances[row], row);
                        }
                    }
                    list.trim();
                    float[] sorted = distances.clone();
                    Arrays.sort(sorted);
                    assertThat(list.size()).isEqualTo(Math.min(limit, distances.length));
                    float[] kept = new float[list.size()];
                    for (int i = 0; i < kept.length; i++) {
                        kept[i] = distances[list.row(i)];
                        assertThat(list.distance(i)).isEqualTo(kept[i]);
                    }
                    Arrays.sort(kept);
                    assertThat(kept).isEqualTo(Arrays.copyOf(sorted, kept.length));
                    assertThat(IntStream.range(0, list.size()).map(list::row).distinct().count())
                            .isEqualTo(list.size());
                });
    }
}
