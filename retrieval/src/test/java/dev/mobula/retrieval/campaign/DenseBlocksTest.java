package dev.mobula.retrieval.campaign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.mobula.testing.Seeds;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

final class DenseBlocksTest {
    private static final int ACCOUNTS = 2_000;
    private static final int TARGETS = 1_000;
    private static final int EDGES = 12_000;

    /// Some do much and some things are popular, by chance.
    private static ActGraph.Builder crowd(SplittableRandom random) {
        ActGraph.Builder builder = new ActGraph.Builder();
        for (int i = 0; i < EDGES; i++) {
            builder.add(skewed(random, ACCOUNTS), skewed(random, TARGETS));
        }
        return builder;
    }

    private static long skewed(SplittableRandom random, int count) {
        return (long) (count * Math.pow(random.nextDouble(), 2));
    }

    /// Thirty accounts act on some of twenty targets; half of what they do besides is what everybody does.
    private static Set<Long> plant(
            ActGraph.Builder builder, double density, SplittableRandom random) {
        Set<Long> planted = new HashSet<>();
        for (int account = 0; account < 30; account++) {
            long id = 100_000L + account;
            planted.add(id);
            for (int target = 0; target < 20; target++) {
                if (random.nextDouble() < density) {
                    builder.add(id, 50_000L + target);
                    builder.add(id, skewed(random, TARGETS));
                }
            }
        }
        return planted;
    }

    @Test
    void thoseWhoActTogetherAreFoundDespiteCamouflageAndNobodyElse() {
        Seeds.forAll(
                3,
                random -> {
                    ActGraph.Builder builder = crowd(random);
                    Set<Long> planted = plant(builder, .7, random);
                    List<DenseBlocks.Block> found =
                            DenseBlocks.find(builder.build(), .1, .05, random.nextLong());
                    Set<Long> flagged = DenseBlocks.scores(found).keySet();
                    long right = flagged.stream().filter(planted::contains).count();
                    assertThat(right).isGreaterThanOrEqualTo(28);
                    assertThat(flagged.size() - right).isLessThanOrEqualTo(3);
                });
    }

    @Test
    @Tag("long")
    void graphsWithoutAnyBlockShowOneNoMoreOftenThanQ() {
        int showing = 0;
        ActGraph crowd = crowd(new SplittableRandom(9)).build();
        for (int i = 0; i < 200; i++) {
            ActGraph other = crowd.shuffled(1_000 + i);
            showing += DenseBlocks.find(other, .1, .02, 77L * i).isEmpty() ? 0 : 1;
        }
        assertThat(showing).isLessThanOrEqualTo(24);
    }

    @Test
    void shufflingKeepsEveryDegreeAndDrawsNoEdgeTwice() {
        ActGraph graph = crowd(new SplittableRandom(3)).build();
        ActGraph other = graph.shuffled(5);
        assertThat(other.edges()).isEqualTo(graph.edges());
        int[] before = new int[TARGETS];
        int[] after = new int[TARGETS];
        Set<Long> drawn = new HashSet<>();
        int same = 0;
        for (int i = 0; i < graph.edges(); i++) {
            before[graph.ofTarget[i]]++;
            after[other.ofTarget[i]]++;
            assertThat(drawn.add((long) other.ofAccount[i] << 32 | other.ofTarget[i])).isTrue();
            same += other.ofTarget[i] == graph.ofTarget[i] ? 1 : 0;
        }
        assertThat(after).isEqualTo(before);
        assertThat(same).isLessThan(graph.edges() / 4);
    }

    @Test
    void peelingFindsTheDensestSetOfSmallGraphsToAHalf() {
        Seeds.forAll(
                200,
                random -> {
                    ActGraph.Builder builder = new ActGraph.Builder();
                    for (int i = 0; i < 12; i++) {
                        builder.add(random.nextInt(5), random.nextInt(5));
                    }
                    ActGraph graph = builder.build();
                    Peeling peeling = new Peeling(graph, new boolean[graph.accounts()]);
                    double best = best(graph);
                    assertThat(peeling.density()).isBetween(best / 2 - 1e-9, best + 1e-9);
                });
        ActGraph one = new ActGraph.Builder().add(1, 2).build();
        assertThat(new Peeling(one, new boolean[1]).density())
                .isCloseTo(.5 / Math.log(6), within(1e-12));
        assertThat(DenseBlocks.find(new ActGraph.Builder().build(), .1, .1, 1)).isEmpty();
    }

    private static double best(ActGraph graph) {
        int members = graph.accounts + graph.targets;
        int[] degrees = new int[graph.targets];
        for (int target : graph.ofTarget) {
            degrees[target]++;
        }
        double best = 0;
        for (int set = 1; set < 1 << members; set++) {
            double weight = 0;
            for (int i = 0; i < graph.edges(); i++) {
                boolean in =
                        (set >>> graph.ofAccount[i] & 1) == 1
                                && (set >>> (graph.accounts + graph.ofTarget[i]) & 1) == 1;
                weight += in ? 1 / Math.log(degrees[graph.ofTarget[i]] + 5.0) : 0;
            }
            best = Math.max(best, weight / Integer.bitCount(set));
        }
        return best;
    }
}
