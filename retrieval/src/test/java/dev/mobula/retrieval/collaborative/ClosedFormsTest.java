package dev.mobula.retrieval.collaborative;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.mobula.testing.Seeds;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// Every model against its formula written out over dense matrices.
final class ClosedFormsTest {
    @Test
    void theGraphFilterIsTheFormulaOfThePaper() {
        Seeds.forAll(
                60,
                random -> {
                    InteractionMatrix matrix = matrix(random);
                    int[] history = history(random, matrix.items());
                    float[] scores = new float[matrix.items()];
                    HistoryModel.Scorer scorer = GraphFilter.of(matrix).scorer();
                    scorer.score(history, scores);
                    scorer.score(history, scores);
                    double[][] normal = normalised(matrix);
                    for (int j = 0; j < scores.length; j++) {
                        double expected = 0;
                        for (int i : history) {
                            for (int u = 0; u < matrix.users(); u++) {
                                expected +=
                                        normal[u][i]
                                                * normal[u][j]
                                                / root(matrix.degreeOfItem(i))
                                                * root(matrix.degreeOfItem(j));
                            }
                        }
                        assertThat((double) scores[j]).isCloseTo(expected, within(1e-4));
                    }
                });
    }

    @Test
    void theAutoencoderIsWhereItsGradientVanishes() {
        Seeds.forAll(
                30,
                random -> {
                    InteractionMatrix matrix = matrix(random);
                    double ridge = random.nextDouble(.5, 20);
                    ClosedFormAutoencoder model = ClosedFormAutoencoder.of(matrix, ridge);
                    int n = matrix.items();
                    double[][] gram = gram(matrix);
                    for (int i = 0; i < n; i++) {
                        assertThat(model.weight(i, i)).isZero();
                        for (int j = 0; j < n; j++) {
                            double gradient = ridge * model.weight(i, j) - gram[i][j];
                            for (int k = 0; k < n; k++) {
                                gradient += gram[i][k] * model.weight(k, j);
                            }
                            if (i != j) {
                                assertThat(gradient).isCloseTo(0, within(1e-3));
                            }
                        }
                    }
                });
    }

    @Test
    void neighboursAreTheNearestWhereEachUserHasOneVote() {
        Seeds.forAll(
                60,
                random -> {
                    InteractionMatrix matrix = matrix(random);
                    int keep = random.nextInt(1, 6);
                    ItemNeighbours table = Covisitation.of(matrix, keep);
                    for (int i = 0; i < matrix.items(); i++) {
                        int item = i;
                        double[] nearness = nearness(matrix, item);
                        double[] found =
                                IntStream.range(0, table.count(item))
                                        .mapToDouble(rank -> table.weight(item, rank))
                                        .toArray();
                        double[] expected =
                                IntStream.range(0, matrix.items())
                                        .filter(j -> j != item && nearness[j] > 0)
                                        .mapToDouble(j -> -nearness[j])
                                        .sorted()
                                        .limit(keep)
                                        .map(value -> -value)
                                        .toArray();
                        assertThat(found).containsExactly(expected, within(1e-5));
                        for (int rank = 0; rank < found.length; rank++) {
                            assertThat(nearness[table.neighbour(item, rank)])
                                    .isCloseTo(found[rank], within(1e-5));
                        }
                    }
                });
    }

    @Test
    void topKIsASortedPrefixWithTiesToTheLowerNumber() {
        Seeds.forAll(
                300,
                random -> {
                    float[] scores = new float[random.nextInt(1, 40)];
                    for (int i = 0; i < scores.length; i++) {
                        scores[i] = random.nextInt(8) == 0 ? Float.NaN : random.nextInt(6);
                    }
                    int k = random.nextInt(1, 12);
                    TopK top = new TopK(k);
                    IntStream.range(0, scores.length).forEach(i -> top.offer(i, scores[i]));
                    int[] best = new int[k];
                    int count = top.drainTo(best);
                    int[] expected =
                            IntStream.range(0, scores.length)
                                    .filter(i -> !Float.isNaN(scores[i]))
                                    .boxed()
                                    .sorted(
                                            (a, b) ->
                                                    scores[a] == scores[b]
                                                            ? a - b
                                                            : Float.compare(scores[b], scores[a]))
                                    .limit(k)
                                    .mapToInt(Integer::intValue)
                                    .toArray();
                    assertThat(Arrays.copyOf(best, count)).isEqualTo(expected);
                });
    }

    @Test
    void aMatrixWithARowOutOfOrderIsRefused() {
        assertThatThrownBy(() -> InteractionMatrix.of(3, new int[] {0, 2}, new int[] {1, 1}))
                .hasMessageContaining("userItems[1]=1");
        assertThatThrownBy(() -> InteractionMatrix.of(3, new int[] {0, 1}, new int[] {3}))
                .hasMessageContaining("stay below 3");
        assertThatThrownBy(() -> InteractionMatrix.of(3, new int[] {0, 2}, new int[] {0}))
                .hasMessageContaining("userOffsets");
    }

    private static InteractionMatrix matrix(SplittableRandom random) {
        int users = random.nextInt(1, 15);
        int items = random.nextInt(1, 12);
        int[] offsets = new int[users + 1];
        int[] pairs = new int[users * items];
        int size = 0;
        for (int u = 0; u < users; u++) {
            for (int i = 0; i < items; i++) {
                if (random.nextInt(3) == 0) {
                    pairs[size++] = i;
                }
            }
            offsets[u + 1] = size;
        }
        return InteractionMatrix.of(items, offsets, Arrays.copyOf(pairs, size));
    }

    private static int[] history(SplittableRandom random, int items) {
        return IntStream.range(0, items).filter(i -> random.nextBoolean()).toArray();
    }

    private static double[][] normalised(InteractionMatrix matrix) {
        double[][] normal = new double[matrix.users()][matrix.items()];
        for (int u = 0; u < matrix.users(); u++) {
            for (int i : matrix.itemsOf(u)) {
                normal[u][i] = 1 / (root(matrix.degreeOfUser(u)) * root(matrix.degreeOfItem(i)));
            }
        }
        return normal;
    }

    private static double[][] gram(InteractionMatrix matrix) {
        double[][] gram = new double[matrix.items()][matrix.items()];
        for (int u = 0; u < matrix.users(); u++) {
            for (int i : matrix.itemsOf(u)) {
                for (int j : matrix.itemsOf(u)) {
                    gram[i][j]++;
                }
            }
        }
        return gram;
    }

    private static double[] nearness(InteractionMatrix matrix, int item) {
        double[] nearness = new double[matrix.items()];
        for (int u = 0; u < matrix.users(); u++) {
            if (matrix.contains(u, item)) {
                for (int j : matrix.itemsOf(u)) {
                    nearness[j] +=
                            1.0
                                    / matrix.degreeOfUser(u)
                                    / (root(matrix.degreeOfItem(item))
                                            * root(matrix.degreeOfItem(j)));
                }
            }
        }
        return nearness;
    }

    private static double root(int degree) {
        return Math.sqrt(Math.max(1, degree));
    }
}
