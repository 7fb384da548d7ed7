package dev.mobula.ranking.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mobula.ranking.RankingException;
import dev.mobula.testing.Seeds;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class PageTest {
    private static final int DIMENSIONS = 16;

    @Test
    void everyEditConservesTheCandidates() {
        Seeds.forAll(
                200,
                random -> {
                    Slate slate = Slate.of(pool(random, random.nextInt(60)));
                    for (int edits = random.nextInt(6); edits >= 0; edits--) {
                        slate = slate.then(edit(random));
                        assertConserved(slate);
                    }
                });
    }

    private static void assertConserved(Slate slate) {
        List<Integer> all = new ArrayList<>();
        IntStream.of(slate.selected()).forEach(all::add);
        IntStream.of(slate.reserve()).forEach(all::add);
        slate.filtered().forEach(out -> all.add(out.index()));
        assertThat(all)
                .containsExactlyInAnyOrderElementsOf(
                        IntStream.range(0, slate.pool().size()).boxed().toList());
    }

    private static SlateEdit edit(SplittableRandom random) {
        Caps caps = new Caps(1 + random.nextInt(3), 1 + random.nextInt(5));
        int size = random.nextInt(20);
        return switch (random.nextInt(8)) {
            case 0 -> Diversity.topValue(size, caps);
            case 1 -> Diversity.dpp(size, 2, caps);
            case 2 -> Diversity.mmr(size, 2, caps);
            case 3 -> PageRules.space(1 + random.nextInt(4));
            case 4 -> PageRules.pin(random.nextInt(70), random.nextInt(25), "pin");
            case 6 ->
                    PageRules.pinAll(
                            new TreeMap<>(Map.of(random.nextInt(9), random.nextLong(70))), "pins");
            case 5 -> PageRules.blend("fresh", 1 + random.nextInt(5), caps);
            default -> {
                int digit = random.nextInt(7);
                yield PageRules.forbid(id -> id % 7 == digit, "hidden");
            }
        };
    }

    @Test
    void noEditBringsBackWhatWasFiltered() {
        Seeds.forAll(
                100,
                random -> {
                    Slate slate =
                            Slate.of(pool(random, 50)).then(PageRules.forbid(id -> id < 20, "x"));
                    for (int edits = 0; edits < 5; edits++) {
                        slate = slate.then(edit(random));
                        assertThat(java.util.Arrays.stream(slate.page())).allMatch(id -> id >= 20);
                    }
                });
    }

    @Test
    void aPageKeepsItsCaps() {
        Seeds.forAll(
                100,
                random -> {
                    Caps caps = new Caps(2, 4);
                    for (SlateEdit edit :
                            List.of(
                                    Diversity.topValue(20, caps),
                                    Diversity.dpp(20, 3, caps),
                                    Diversity.mmr(20, 3, caps))) {
                        Slate slate =
                                Slate.of(pool(random, 100))
                                        .then(edit)
                                        .then(PageRules.blend("fresh", 4, caps))
                                        .then(PageRules.space(3));
                        assertThat(counts(slate, true)).allMatch(count -> count <= 2);
                        assertThat(counts(slate, false)).allMatch(count -> count <= 4);
                        assertThat(slate.page()).hasSize(20);
                    }
                });
    }

    private static List<Integer> counts(Slate slate, boolean authors) {
        Map<Integer, Integer> counts = new HashMap<>();
        for (int index : slate.selected()) {
            int key = authors ? slate.pool().author(index) : slate.pool().topic(index);
            if (key >= 0) {
                counts.merge(key, 1, Integer::sum);
            }
        }
        return List.copyOf(counts.values());
    }

    @Test
    void spacingKeepsAuthorsApartAndThePageTheSameSet() {
        Seeds.forAll(
                100,
                random -> {
                    Slate before =
                            Slate.of(pool(random, 100))
                                    .then(Diversity.topValue(20, new Caps(2, 100)));
                    Slate after = before.then(PageRules.space(2));
                    assertThat(after.page()).containsExactlyInAnyOrder(before.page());
                    int[] page = after.selected();
                    int clashes = 0;
                    for (int p = 1; p < page.length; p++) {
                        int author = after.pool().author(page[p]);
                        clashes += author == after.pool().author(page[p - 1]) ? 1 : 0;
                    }
                    assertThat(clashes).isLessThanOrEqualTo(1); // only the last pair can be left
                });
    }

    @Test
    void aPinnedCandidateIsAtItsPlaceAndThePageAsLongAsBefore() {
        Seeds.forAll(
                100,
                random -> {
                    Slate before = Slate.of(pool(random, 60)).then(Diversity.dpp(10, 1, Caps.NONE));
                    long id = random.nextInt(60);
                    int position = random.nextInt(10);
                    Slate after = before.then(PageRules.pin(id, position, "promoted"));
                    assertThat(after.page()[position]).isEqualTo(id);
                    assertThat(after.page()).hasSize(10);
                    assertThat(after.moves()).anyMatch(move -> move.edit().equals("dpp"));
                });
    }

    @Test
    void everyNthPlaceIsTheSourcesWhileItHasPosts() {
        Seeds.forAll(
                50,
                random -> {
                    Slate slate =
                            Slate.of(pool(random, 90))
                                    .then(Diversity.topValue(20, Caps.NONE))
                                    .then(PageRules.blend("fresh", 5, Caps.NONE));
                    for (int position = 4; position < 20; position += 5) {
                        assertThat(slate.pool().source(slate.selected()[position]))
                                .isEqualTo("fresh");
                    }
                });
    }

    @Test
    void dppIsTheGreedyDeterminant() {
        Seeds.forAll(
                20,
                random -> {
                    PagePool pool = pool(random, 14);
                    int[] page = Slate.of(pool).then(Diversity.dpp(6, 1.5, Caps.NONE)).selected();
                    List<Integer> picked = new ArrayList<>();
                    for (int index : page) {
                        double chosen = logVolume(pool, picked, index, 1.5);
                        for (int other = 0; other < 14; other++) {
                            if (!picked.contains(other)) {
                                assertThat(logVolume(pool, picked, other, 1.5))
                                        .isLessThanOrEqualTo(chosen + 1e-4);
                            }
                        }
                        picked.add(index);
                    }
                });
    }

    /// Log determinant of the kernel over the picks and one more, by elimination in doubles.
    private static double logVolume(PagePool pool, List<Integer> picks, int one, double weight) {
        List<Integer> set = new ArrayList<>(picks);
        set.add(one);
        int n = set.size();
        double[][] m = new double[n][n];
        double log = 0;
        for (int i = 0; i < n; i++) {
            log += 2 * weight * pool.value(set.get(i));
            for (int j = 0; j < n; j++) {
                m[i][j] = i == j ? 1 : 0.95 * pool.similarity(set.get(i), set.get(j));
            }
        }
        for (int k = 0; k < n; k++) {
            log += Math.log(m[k][k]);
            for (int i = k + 1; i < n; i++) {
                double factor = m[i][k] / m[k][k];
                for (int j = k; j < n; j++) {
                    m[i][j] -= factor * m[k][j];
                }
            }
        }
        return log;
    }

    @Test
    void diversityIsBoughtWithLittleValue() {
        double similarityTop = 0;
        double similarityDpp = 0;
        double valueTop = 0;
        double valueDpp = 0;
        for (long seed = 0; seed < 20; seed++) {
            PagePool pool = pool(new SplittableRandom(seed), 500);
            Slate top = Slate.of(pool).then(Diversity.topValue(30, Caps.NONE));
            Slate dpp = Slate.of(pool).then(Diversity.dpp(30, 1, Caps.NONE));
            similarityTop += meanSimilarity(top);
            similarityDpp += meanSimilarity(dpp);
            valueTop += meanValue(top);
            valueDpp += meanValue(dpp);
        }
        assertThat(similarityDpp).isLessThan(0.5 * similarityTop);
        assertThat(valueDpp).isBetween(0.75 * valueTop, valueTop);
    }

    private static double meanSimilarity(Slate slate) {
        int[] page = slate.selected();
        double sum = 0;
        for (int one : page) {
            for (int other : page) {
                sum += one == other ? 0 : slate.pool().similarity(one, other);
            }
        }
        return sum / (page.length * (page.length - 1.0));
    }

    private static double meanValue(Slate slate) {
        return IntStream.of(slate.selected())
                .mapToDouble(slate.pool()::value)
                .average()
                .orElseThrow();
    }

    @Test
    void aPageMayBeLongerThanTheEmbeddingsHaveDimensions() {
        Slate slate =
                Slate.of(pool(new SplittableRandom(1), 100))
                        .then(Diversity.dpp(3 * DIMENSIONS, 1, Caps.NONE));
        assertThat(slate.page()).hasSize(3 * DIMENSIONS);
    }

    @Test
    void aCandidateThereTwiceIsRefusedByName() {
        PageCandidate one = new PageCandidate(7, 1, 0, 0, "a", new float[0]);
        assertThatThrownBy(() -> PagePool.of(List.of(one, one)))
                .isInstanceOf(RankingException.class)
                .hasMessage("candidate 7 is there twice");
    }

    @Test
    void aValueThatIsNotFiniteIsRefusedByName() {
        PageCandidate bad = new PageCandidate(7, Double.NaN, 0, 0, "a", new float[0]);
        assertThatThrownBy(() -> PagePool.of(List.of(bad))).hasMessage("candidate 7 has value NaN");
    }

    /// Authors write about few things each, and like posts have like values.
    private static PagePool pool(SplittableRandom random, int n) {
        float[][] centres = new float[12][];
        double[] worth = new double[12];
        for (int c = 0; c < centres.length; c++) {
            centres[c] = gaussian(random, 1);
            worth[c] = random.nextDouble();
        }
        List<PageCandidate> candidates = new ArrayList<>();
        for (int id = 0; id < n; id++) {
            int topic = random.nextInt(centres.length);
            float[] embedding = gaussian(random, 0.3);
            for (int d = 0; d < DIMENSIONS; d++) {
                embedding[d] += centres[topic][d];
            }
            double value = worth[topic] * 0.7 + random.nextDouble() * 0.3;
            String source = random.nextInt(3) == 0 ? "fresh" : "ann";
            long author = random.nextInt(1 + n / 4);
            candidates.add(new PageCandidate(id, value, author, topic + 1L, source, embedding));
        }
        return PagePool.of(candidates);
    }

    private static float[] gaussian(SplittableRandom random, double scale) {
        float[] x = new float[DIMENSIONS];
        for (int d = 0; d < DIMENSIONS; d++) {
            x[d] = (float) (random.nextGaussian() * scale);
        }
        return x;
    }
}
