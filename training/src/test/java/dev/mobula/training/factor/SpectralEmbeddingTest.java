package dev.mobula.training.factor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.mobula.retrieval.collaborative.GraphFilter;
import dev.mobula.retrieval.collaborative.InteractionMatrix;
import dev.mobula.retrieval.collaborative.Popularity;
import dev.mobula.testing.Seeds;
import dev.mobula.training.TrainingException;
import org.junit.jupiter.api.Test;

final class SpectralEmbeddingTest {
    private static final SpectralEmbedding.Options SMALL =
            new SpectralEmbedding.Options(16, 0.2, 1, 2, 0.3);

    @Test
    void groupsAreFoundWherePopularityFindsNone() {
        Seeds.forAll(
                3,
                random -> {
                    ImplicitAlsTest.World world = ImplicitAlsTest.planted(random, 120);
                    SpectralEmbedding spectral =
                            SpectralEmbedding.fit(world.known(), SMALL, random.nextLong());
                    assertThat(ImplicitAlsTest.found(spectral, world)).isGreaterThan(0.7);
                    assertThat(ImplicitAlsTest.found(Popularity.of(world.known()), world))
                            .isLessThan(0.5);
                });
    }

    @Test
    void withAllFrequenciesItIsTheGraphFilter() {
        SpectralEmbedding.Options all =
                new SpectralEmbedding.Options(ImplicitAlsTest.ITEMS, 0, 0, 2, 0.5);
        Seeds.forAll(
                5,
                random -> {
                    InteractionMatrix pairs = ImplicitAlsTest.planted(random, 120).known();
                    int[] history = pairs.itemsOf(random.nextInt(120));
                    float[] expected = new float[pairs.items()];
                    float[] scores = new float[pairs.items()];
                    GraphFilter.of(pairs).scorer().score(history, expected);
                    SpectralEmbedding.fit(pairs, all, 1).scorer().score(history, scores);
                    for (int item = 0; item < scores.length; item++) {
                        assertThat(scores[item]).isCloseTo(expected[item], within(1e-4f));
                    }
                });
    }

    @Test
    void aPersonIsTheSumOfWhatTheyHad() {
        InteractionMatrix pairs =
                ImplicitAlsTest.planted(new java.util.SplittableRandom(1), 60).known();
        SpectralEmbedding spectral = SpectralEmbedding.fit(pairs, SMALL, 1);
        float[] first = new float[16];
        float[] second = new float[16];
        float[] both = new float[16];
        PersonEncoder encoder = spectral.encoder();
        encoder.encode(new int[] {3}, first);
        encoder.encode(new int[] {5}, second);
        encoder.encode(new int[] {3, 5}, both);
        float[] scores = new float[spectral.items()];
        spectral.scorer().score(new int[] {3, 5}, scores);
        double score = 0;
        for (int j = 0; j < 16; j++) {
            assertThat(both[j]).isCloseTo(first[j] + second[j], within(1e-6f));
            score += (double) both[j] * spectral.item(7)[j];
        }
        assertThat((double) scores[7]).isCloseTo(score, within(1e-5));
    }

    @Test
    void optionsOutsideTheirLimitsAreNamed() {
        assertThatThrownBy(() -> SMALL.withWidth(24))
                .isInstanceOf(TrainingException.class)
                .hasMessageContaining("width=24");
        assertThatThrownBy(() -> new SpectralEmbedding.Options(16, -1, 0, 0, 0))
                .hasMessageContaining("userDamping=-1.0");
    }
}
