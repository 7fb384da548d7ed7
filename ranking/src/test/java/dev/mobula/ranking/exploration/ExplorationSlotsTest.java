package dev.mobula.ranking.exploration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.mobula.ranking.exploration.ExplorationSlots.Explored;
import dev.mobula.ranking.exploration.ExplorationSlots.Shown;
import dev.mobula.ranking.exploration.ExplorationSlots.Slot;
import dev.mobula.ranking.page.Caps;
import dev.mobula.ranking.page.Diversity;
import dev.mobula.ranking.page.PageCandidate;
import dev.mobula.ranking.page.PagePool;
import dev.mobula.ranking.page.PageRules;
import dev.mobula.ranking.page.Slate;
import dev.mobula.testing.Seeds;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

final class ExplorationSlotsTest {
    private static final int PAGE = 12;

    @Test
    void everySlotShowsItsDrawAndTheCandidatesAreConserved() {
        Seeds.forAll(
                200,
                random -> {
                    Slate page = page(random, 20 + random.nextInt(40));
                    Explored explored = ExplorationSlots.fill(page, slots(random), random);
                    long[] after = explored.slate().page();
                    assertThat(after).hasSameSizeAs(page.page()).doesNotHaveDuplicates();
                    for (Shown shown : explored.shown()) {
                        assertThat(after[shown.position()]).isEqualTo(shown.arm());
                        assertThat(shown.probability())
                                .isEqualTo(shown.drawnFrom().probability(shown.arm()))
                                .isPositive();
                        assertThat(shown.arm() % 10).isNotZero();
                    }
                    assertThat(explored.shown()).extracting(Shown::arm).doesNotHaveDuplicates();
                    assertThat(
                                    explored.slate().selected().length
                                            + explored.slate().reserve().length
                                            + explored.slate().filtered().size())
                            .isEqualTo(page.pool().size());
                });
    }

    /// Where arms cannot be had, or are taken by a slot before, the logged probability is that of the draw.
    @Test
    void loggedProbabilitiesAreTheFrequenciesOfTheDraws() {
        Slate page = page(new SplittableRandom(1), 40);
        List<Slot> slots = new ArrayList<>();
        ArmDistribution arms =
                ArmDistribution.normalised(
                        new long[] {10, 11, 12, 13, 999}, new double[] {4, 3, 2, 1, 10});
        slots.add(new Slot(2, arms));
        slots.add(new Slot(5, arms));
        SplittableRandom random = new SplittableRandom(7);
        Map<String, Double> expected = new HashMap<>();
        Map<String, Integer> seen = new HashMap<>();
        int draws = 60_000;
        for (int i = 0; i < draws; i++) {
            List<Shown> shown = ExplorationSlots.fill(page, slots, random).shown();
            String both = shown.get(0).arm() + " " + shown.get(1).arm();
            seen.merge(both, 1, Integer::sum);
            expected.put(both, shown.get(0).probability() * shown.get(1).probability());
        }
        assertThat(expected).hasSize(6);
        assertThat(expected.values().stream().mapToDouble(p -> p).sum()).isCloseTo(1, within(1e-9));
        double chiSquare = 0;
        for (Map.Entry<String, Double> pair : expected.entrySet()) {
            double mean = draws * pair.getValue();
            chiSquare += Math.pow(seen.get(pair.getKey()) - mean, 2) / mean;
        }
        // Five degrees of freedom: one in a thousand is above 20.5.
        assertThat(chiSquare).isLessThan(20.5);
    }

    @Test
    void aSlotWithoutAnArmThatCanBeShownStaysAsItIs() {
        Slate page = page(new SplittableRandom(2), 40);
        List<Slot> slots =
                List.of(
                        new Slot(1, ArmDistribution.uniform(new long[] {10, 20, 5_000})),
                        new Slot(PAGE + 5, ArmDistribution.uniform(new long[] {11})));
        Explored explored = ExplorationSlots.fill(page, slots, new SplittableRandom(1));
        assertThat(explored.shown()).isEmpty();
        assertThat(explored.slate().page()).isEqualTo(page.page());
    }

    private static List<Slot> slots(SplittableRandom random) {
        List<Slot> slots = new ArrayList<>();
        for (int position = random.nextInt(3); position < PAGE; position += 1 + random.nextInt(5)) {
            long[] arms = random.longs(8, 0, 70).distinct().toArray();
            slots.add(new Slot(position, ArmDistribution.uniform(arms)));
        }
        return slots;
    }

    /// Ids from 0; those that end in 0 are filtered.
    private static Slate page(SplittableRandom random, int size) {
        List<PageCandidate> candidates =
                LongStream.range(0, size)
                        .mapToObj(
                                id ->
                                        new PageCandidate(
                                                id,
                                                random.nextDouble(),
                                                1 + random.nextInt(5),
                                                PageCandidate.NONE,
                                                "near",
                                                new float[0]))
                        .toList();
        return Slate.of(PagePool.of(candidates))
                .then(PageRules.forbid(id -> id % 10 == 0, "hidden"))
                .then(Diversity.topValue(PAGE, Caps.NONE));
    }
}
