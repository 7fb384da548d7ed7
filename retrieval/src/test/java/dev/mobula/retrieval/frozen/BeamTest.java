package dev.mobula.retrieval.frozen;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mobula.testing.Seeds;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class BeamTest {
    private record Entry(float distance, int row, boolean accepted) {}

    @Test
    void endsAtTheLimitthAcceptedRowInAscendingOrder() {
        Seeds.forAll(300, BeamTest::checkAgainstSortedList);
    }

    @Test
    void everyRowThatStaysIsExpandedOnceNearestFirst() {
        Seeds.forAll(
                100,
                random -> {
                    Beam beam = new Beam();
                    beam.reset(1 + random.nextInt(20));
                    List<Integer> expanded = new ArrayList<>();
                    int row = 0;
                    for (int i = 0; i < 5; i++) {
                        offer(beam, random.nextFloat() - .5f, row++, true);
                    }
                    for (int place = beam.next(); place >= 0; place = beam.next()) {
                        for (int i = 0; i < place; i++) {
                            assertThat(expanded).contains(beam.row(i));
                        }
                        expanded.add(beam.expand(place));
                        if (row < 100) {
                            offer(beam, random.nextFloat() - .5f, row++, random.nextBoolean());
                        }
                    }
                    assertThat(expanded).doesNotHaveDuplicates();
                    for (int i = 0; i < beam.size(); i++) {
                        assertThat(expanded).contains(beam.row(i));
                    }
                });
    }

    private static void checkAgainstSortedList(SplittableRandom random) {
        int limit = 1 + random.nextInt(30);
        Beam beam = new Beam();
        beam.reset(limit);
        List<Entry> all = new ArrayList<>();
        double share = random.nextDouble();
        for (int i = 0; i < 600; i++) {
            float distance = (random.nextFloat() - .5f) * (float) Math.pow(10, random.nextInt(6));
            int row = (Beam.ROWS_MAX - 600) + i;
            boolean accepted = random.nextDouble() < share;
            offer(beam, distance, row, accepted);
            all.add(new Entry(distance, row, accepted));
        }
        all.sort(Comparator.comparingDouble(Entry::distance));
        int end = 0;
        for (int accepted = 0; end < all.size() && accepted < limit; end++) {
            accepted += all.get(end).accepted() ? 1 : 0;
        }
        assertThat(beam.size()).isEqualTo(end);
        for (int i = 0; i < end; i++) {
            assertThat(beam.row(i)).isEqualTo(all.get(i).row());
            assertThat(beam.distance(i)).isEqualTo(all.get(i).distance());
            assertThat(beam.isAccepted(i)).isEqualTo(all.get(i).accepted());
        }
    }

    private static void offer(Beam beam, float distance, int row, boolean accepted) {
        if (beam.admits(distance)) {
            beam.add(distance, row, accepted);
        }
    }
}
