package dev.mobula.training.factor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.mobula.retrieval.collaborative.HistoryModel;
import dev.mobula.retrieval.collaborative.InteractionMatrix;
import dev.mobula.retrieval.collaborative.Popularity;
import dev.mobula.testing.Seeds;
import dev.mobula.training.TrainingException;
import java.util.Arrays;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

final class ImplicitAlsTest {
    static final int GROUPS = 4;
    static final int ITEMS = 80;

    /// People of four groups, each with its own items, who have some of them; and what they have besides.
    record World(InteractionMatrix known, InteractionMatrix hidden) {}

    static World planted(RandomGenerator random, int users) {
        int[] knownOffsets = new int[users + 1];
        int[] hiddenOffsets = new int[users + 1];
        int[] known = new int[users * ITEMS];
        int[] hidden = new int[users * ITEMS];
        for (int u = 0; u < users; u++) {
            knownOffsets[u + 1] = knownOffsets[u];
            hiddenOffsets[u + 1] = hiddenOffsets[u];
            for (int item = 0; item < ITEMS; item++) {
                boolean isOwn = item % GROUPS == u % GROUPS;
                if (random.nextDouble() < (isOwn ? 0.5 : 0.03)) {
                    if (random.nextDouble() < 0.8) {
                        known[knownOffsets[u + 1]++] = item;
                    } else {
                        hidden[hiddenOffsets[u + 1]++] = item;
                    }
                }
            }
        }
        return new World(
                InteractionMatrix.of(
                        ITEMS, knownOffsets, Arrays.copyOf(known, knownOffsets[users])),
                InteractionMatrix.of(
                        ITEMS, hiddenOffsets, Arrays.copyOf(hidden, hiddenOffsets[users])));
    }

    /// The share of hidden pairs that come before the middle of all items that the person does not have.
    static double found(HistoryModel model, World world) {
        float[] scores = new float[ITEMS];
        HistoryModel.Scorer scorer = model.scorer();
        double found = 0;
        for (int user = 0; user < world.known().users(); user++) {
            scorer.score(world.known().itemsOf(user), scores);
            for (int item : world.hidden().itemsOf(user)) {
                int better = 0;
                for (int other = 0; other < ITEMS; other++) {
                    boolean counts = !world.known().contains(user, other);
                    better += counts && scores[other] > scores[item] ? 1 : 0;
                }
                found += better < 12 ? 1 : 0;
            }
        }
        return found / world.hidden().size();
    }

    @Test
    void groupsAreFoundWherePopularityFindsNone() {
        Seeds.forAll(
                3,
                random -> {
                    World world = planted(random, 120);
                    ImplicitAls als =
                            ImplicitAls.fit(
                                    world.known(),
                                    new ImplicitAls.Options(16, 0.1, 0.05, 1, 8),
                                    random.nextLong(),
                                    pass -> {});
                    assertThat(found(als, world)).isGreaterThan(0.7);
                    assertThat(found(Popularity.of(world.known()), world)).isLessThan(0.5);
                });
    }

    @Test
    void aPersonsVectorMinimisesWhatItSaysItMinimises() {
        Seeds.forAll(
                5,
                random -> {
                    World world = planted(random, 40);
                    ImplicitAls.Options options =
                            new ImplicitAls.Options(
                                    16, 0.2 + random.nextDouble() / 2, 0.1, random.nextDouble(), 2);
                    ImplicitAls als = ImplicitAls.fit(world.known(), options, 1, pass -> {});
                    int[] history = world.known().itemsOf(random.nextInt(40));
                    float[] best = new float[16];
                    als.encoder().encode(history, best);
                    double least = cost(als, options, history, best);
                    for (int j = 0; j < 16; j++) {
                        for (float step : new float[] {-0.02f, 0.02f}) {
                            float[] moved = best.clone();
                            moved[j] += step;
                            assertThat(cost(als, options, history, moved)).isGreaterThan(least);
                        }
                    }
                });
    }

    private static double cost(
            ImplicitAls als, ImplicitAls.Options options, int[] history, float[] person) {
        double cost = 0;
        for (int item = 0; item < als.items(); item++) {
            double score = dot(person, als.item(item));
            cost += options.unobserved() * score * score;
            if (Arrays.binarySearch(history, item) >= 0) {
                cost += (1 - score) * (1 - score);
            }
        }
        double weight = history.length + options.unobserved() * als.items();
        return cost + options.ridge() * Math.pow(weight, options.power()) * dot(person, person);
    }

    private static double dot(float[] a, float[] b) {
        double sum = 0;
        for (int j = 0; j < a.length; j++) {
            sum += (double) a[j] * b[j];
        }
        return sum;
    }

    @Test
    void scoresAreDotProductsAndNobodysAreZero() {
        World world = planted(new java.util.Random(1), 40);
        ImplicitAls als =
                ImplicitAls.fit(
                        world.known(), new ImplicitAls.Options(16, 0.1, 0.1, 1, 2), 1, pass -> {});
        float[] person = new float[16];
        float[] scores = new float[ITEMS];
        als.encoder().encode(new int[] {1, 5}, person);
        als.scorer().score(new int[] {1, 5}, scores);
        assertThat((double) scores[9]).isCloseTo(dot(person, als.item(9)), within(1e-5));
        als.scorer().score(new int[0], scores);
        assertThat(scores).containsOnly(0f);
    }

    @Test
    void optionsOutsideTheirLimitsAreNamed() {
        assertThatThrownBy(() -> new ImplicitAls.Options(24, 0.1, 0.1, 1, 2))
                .isInstanceOf(TrainingException.class)
                .hasMessageContaining("width=24");
        assertThatThrownBy(() -> new ImplicitAls.Options(16, 0.1, 0, 1, 2))
                .hasMessageContaining("ridge=0.0");
    }
}
