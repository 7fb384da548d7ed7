package dev.mobula.retrieval.frozen;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mobula.retrieval.kernels.Kernels;
import dev.mobula.testing.Seeds;
import java.util.Arrays;
import java.util.Comparator;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class ShortlistTest {
    @Test
    void keepsTheBestOfAllThatCameInAnyOrder() {
        Seeds.forAll(
                300,
                random -> {
                    int limit = 1 + random.nextInt(300);
                    float[] scores = scores(random, random.nextInt(3000));
                    Shortlist list = new Shortlist();
                    list.reset(limit);
                    for (int row = 0; row < scores.length; row++) {
                        if (scores[row] >= list.bound()) {
                            list.add(scores[row], row);
                        }
                    }
                    list.trim();
                    assertThat(list.size())
                            .isBetween(
                                    Math.min(limit, scores.length),
                                    Math.min(limit + limit / 8, scores.length));
                    float[] kept = new float[list.size()];
                    for (int i = 0; i < kept.length; i++) {
                        kept[i] = scores[list.row(i)];
                        assertThat(list.score(i)).isEqualTo(kept[i]);
                    }
                    Arrays.sort(kept);
                    float[] sorted = scores.clone();
                    Arrays.sort(sorted);
                    int from = sorted.length - kept.length;
                    assertThat(kept).isEqualTo(Arrays.copyOfRange(sorted, from, sorted.length));
                    assertThat(IntStream.range(0, list.size()).map(list::row).distinct().count())
                            .isEqualTo(list.size());
                });
    }

    @Test
    void takesTheBestPlacesInTheirOrder() {
        Seeds.forAll(
                300,
                random -> {
                    int count = 1 + random.nextInt(900);
                    float[] scores = scores(random, count);
                    float[] padded = Arrays.copyOf(scores, Kernels.padded(count));
                    Arrays.fill(padded, count, padded.length, Float.NEGATIVE_INFINITY);
                    Shortlist list = new Shortlist();
                    list.reset(1 + random.nextInt(100));
                    list.takeBest(padded, count);
                    int[] expected =
                            IntStream.range(0, count)
                                    .boxed()
                                    .sorted(Comparator.comparingDouble(place -> -scores[place]))
                                    .limit(list.size())
                                    .mapToInt(Integer::intValue)
                                    .toArray();
                    assertThat(IntStream.range(0, list.size()).map(list::row).toArray())
                            .isEqualTo(expected);
                });
    }

    @Test
    void amongEqualRowsKeepsAsManyAsWanted() {
        Shortlist list = new Shortlist();
        list.reset(10);
        for (int row = 0; row < 100; row++) {
            list.add(row == 70 ? 2 : 1, row);
        }
        list.trim();
        assertThat(list.size()).isBetween(10, 11);
        assertThat(IntStream.range(0, list.size()).map(list::row)).contains(70);
    }

    /* Few different ones, so that many are equal. */
    private static float[] scores(SplittableRandom random, int count) {
        float[] scores = new float[count];
        int kinds = random.nextBoolean() ? 10 : 2000;
        for (int row = 0; row < count; row++) {
            scores[row] = (random.nextInt(kinds) - kinds / 2) / 8f;
        }
        return scores;
    }
}
