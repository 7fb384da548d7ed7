package dev.mobula.retrieval.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.mobula.testing.Seeds;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class LiveCovisitationTest {
    private static final double HALF_LIFE = 1_000;

    @Test
    void nearnessIsTheDecayedCosineOfWhatWasCounted() {
        Seeds.forAll(
                50,
                random -> {
                    LiveCovisitation live = new LiveCovisitation(HALF_LIFE, 100, 100, 100, 100);
                    Map<Long, Double> had = new HashMap<>();
                    Map<List<Long>, Double> together = new HashMap<>();
                    Map<Long, Map<Long, Long>> histories = new HashMap<>();
                    long time = 5_000;
                    for (int event = 0; event < 120; event++) {
                        time += random.nextInt(6_000);
                        long person = random.nextInt(6);
                        long item = random.nextInt(12);
                        live.add(person, item, time);
                        double exact = Math.pow(2, (time - 5_000) / HALF_LIFE);
                        had.merge(item, exact, Double::sum);
                        Map<Long, Long> history =
                                histories.computeIfAbsent(person, p -> new HashMap<>());
                        if (history.putIfAbsent(item, time) == null) {
                            long now = time;
                            history.forEach(
                                    (other, then) -> {
                                        double between =
                                                Math.pow(
                                                        2,
                                                        ((now + then) / 2.0 - 5_000) / HALF_LIFE);
                                        if (other != item) {
                                            together.merge(
                                                    List.of(item, other), between, Double::sum);
                                            together.merge(
                                                    List.of(other, item), between, Double::sum);
                                        }
                                    });
                        }
                    }
                    for (long item = 0; item < 12; item++) {
                        Map<Long, Float> seen = neighbours(live, item);
                        long asked = item;
                        seen.forEach(
                                (other, weight) ->
                                        assertThat(weight.doubleValue())
                                                .isBetween(0.0, 1.0001)
                                                .isCloseTo(
                                                        together.get(List.of(asked, other))
                                                                / Math.sqrt(
                                                                        had.get(asked)
                                                                                * had.get(other)),
                                                        within(1e-4)));
                        assertThat(seen)
                                .hasSize(
                                        (int)
                                                together.keySet().stream()
                                                        .filter(pair -> pair.getFirst() == asked)
                                                        .count());
                    }
                });
    }

    @Test
    void aNeighbourIsNeverShownStrongerThanItWasSeen() {
        Seeds.forAll(
                30,
                random -> {
                    LiveCovisitation exact = new LiveCovisitation(1e12, 1_000, 1_000, 1_000, 50);
                    LiveCovisitation small = new LiveCovisitation(1e12, 1_000, 5, 1_000, 50);
                    for (int event = 0; event < 2_000; event++) {
                        long person = random.nextInt(200);
                        // Few items are frequent, many are rare.
                        long item = (long) (50 * Math.pow(random.nextDouble(), 3));
                        exact.add(person, item, event);
                        small.add(person, item, event);
                    }
                    for (long item = 0; item < 50; item++) {
                        Map<Long, Float> all = neighbours(exact, item);
                        Map<Long, Float> few = neighbours(small, item);
                        assertThat(few.size()).isLessThanOrEqualTo(5);
                        few.forEach(
                                (other, weight) ->
                                        assertThat(weight)
                                                .isLessThanOrEqualTo(all.get(other) + 1e-5f));
                    }
                });
    }

    @Test
    void memoryStaysBoundedAndTheLatelyTouchedStay() {
        LiveCovisitation live = new LiveCovisitation(1_000, 100, 4, 50, 5);
        for (int event = 0; event < 100_000; event++) {
            live.add(event % 5_000, event / 3, event);
            live.add(-1, -7, event);
            assertThat(live.size()).isLessThanOrEqualTo(100);
        }
        live.add(-1, -8, 100_000);
        assertThat(neighbours(live, -7)).containsKey(-8L);
    }

    @Test
    void whatIsGoneIsNobodysNeighbour() {
        LiveCovisitation live = new LiveCovisitation(1_000, 100, 10, 100, 10);
        for (long person = 0; person < 5; person++) {
            live.add(person, 1, 10);
            live.add(person, 2, 10);
            live.add(person, 3, 10);
        }
        live.remove(2);
        assertThat(neighbours(live, 1)).containsOnlyKeys(3L);
        CovisitationSource source = new CovisitationSource(live);
        Candidates found = Find.find(source, SourceQuery.of(9, 10).withRecentItems(1), 5);
        assertThat(Find.ids(found)).containsExactly(3);
        assertThat(found.reason(0)).isEqualTo(Reason.HAD_TOGETHER);
        assertThat(found.subject(0)).isEqualTo(1);
    }

    private static Map<Long, Float> neighbours(LiveCovisitation live, long item) {
        Map<Long, Float> found = new HashMap<>();
        live.visit(item, found::put);
        return found;
    }
}
