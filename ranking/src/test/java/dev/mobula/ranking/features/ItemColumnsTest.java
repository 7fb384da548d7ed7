package dev.mobula.ranking.features;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mobula.testing.Seeds;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

final class ItemColumnsTest {
    private static final FeatureLayout LAYOUT = FeatureLayout.of(Schemas.everything());

    @Test
    void aStreamOfChangesLeavesWhatAMapWouldHold() {
        Seeds.forAll(
                20,
                random -> {
                    ItemColumns columns = new ItemColumns(LAYOUT, 10_000);
                    ItemStream stream = columns.newStream();
                    Map<Long, int[]> model = new HashMap<>();
                    for (long position = 0; position < 5_000; position++) {
                        long id = random.nextLong(-40, 400);
                        if (random.nextInt(3) == 0) {
                            stream.apply(new ItemChange.Delete(position, id));
                            model.remove(id);
                        } else {
                            Map<String, FeatureValue> values = Schemas.item(random);
                            stream.apply(new ItemChange.Upsert(position, id, values));
                            model.put(id, LAYOUT.encodeItem(values));
                        }
                    }
                    assertHolds(columns, model);
                });
    }

    private static void assertHolds(ItemColumns columns, Map<Long, int[]> model) {
        assertThat(columns.size()).isEqualTo(model.size());
        int[] row = new int[LAYOUT.itemStoredWords()];
        for (long id = -40; id < 400; id++) {
            boolean found = columns.read(id, row);
            assertThat(found).isEqualTo(model.containsKey(id));
            if (found) {
                assertThat(row).isEqualTo(model.get(id));
            }
        }
    }

    @Test
    void aChangeAppliedTwiceCountsOnce() {
        ItemColumns columns = new ItemColumns(LAYOUT, 10);
        ItemStream stream = columns.newStream();
        stream.apply(new ItemChange.Upsert(0, 7, Map.of()));
        ItemChange like = new ItemChange.Count(1, 7, "views", 1, Schemas.NOW);
        stream.apply(like);
        stream.apply(like);
        int[] row = new int[LAYOUT.itemStoredWords()];
        columns.read(7, row);
        assertThat(Float.intBitsToFloat(row[2])).isEqualTo(1f);
        assertThat(stream.position()).isEqualTo(1);
    }

    @Test
    void streamsOfSeveralShardsKeepPositionsOfTheirOwn() {
        ItemColumns columns = new ItemColumns(LAYOUT, 10);
        ItemStream one = columns.newStream();
        ItemStream other = columns.newStream();
        one.apply(new ItemChange.Upsert(9, 1, Map.of()));
        other.apply(new ItemChange.Upsert(3, 2, Map.of()));
        one.moveTo(20);
        one.apply(new ItemChange.Delete(15, 1));
        assertThat(columns.ids()).containsExactlyInAnyOrder(1, 2);
        assertThat(other.position()).isEqualTo(3);
    }

    @Test
    void aBadChangeIsCountedAndTheRestGoesOn() {
        ItemColumns columns = new ItemColumns(LAYOUT, 10);
        ItemStream stream = columns.newStream();
        FeatureValue wrong = new FeatureValue.Text("long");
        assertThat(stream.apply(new ItemChange.Upsert(0, 1, Map.of("length", wrong)))).isFalse();
        assertThat(stream.apply(new ItemChange.Upsert(1, 2, Map.of()))).isTrue();
        assertThat(columns.rejectedCount()).isEqualTo(1);
        assertThat(columns.contains(1)).isFalse();
        assertThat(columns.contains(2)).isTrue();
    }

    @Test
    void itemsBeyondTheLimitAreSetAside() {
        ItemColumns columns = new ItemColumns(LAYOUT, 2);
        ItemStream stream = columns.newStream();
        for (int id = 0; id < 3; id++) {
            stream.apply(new ItemChange.Upsert(id, id, Map.of()));
        }
        assertThat(columns.size()).isEqualTo(2);
        assertThat(columns.rejectedCount()).isEqualTo(1);
        stream.apply(new ItemChange.Delete(3, 0));
        assertThat(stream.apply(new ItemChange.Upsert(4, 9, Map.of()))).isTrue();
    }

    @Test
    void aReaderNeverSeesHalfARowNorAnotherItemsRow() throws Exception {
        ItemColumns columns = new ItemColumns(LAYOUT, 100);
        AtomicBoolean done = new AtomicBoolean();
        try (ExecutorService readers = Executors.newFixedThreadPool(2)) {
            List<Future<Long>> reading =
                    List.of(
                            readers.submit(() -> readUntil(done, columns)),
                            readers.submit(() -> readUntil(done, columns)));
            SplittableRandom random = new SplittableRandom(1);
            int[] row = new int[LAYOUT.itemStoredWords()];
            for (int i = 0; i < 300_000; i++) {
                long id = random.nextInt(50);
                if (random.nextInt(4) == 0) {
                    columns.delete(id);
                } else {
                    java.util.Arrays.fill(row, (int) id + 50 * random.nextInt(1000));
                    columns.upsert(id, row);
                }
            }
            done.set(true);
            for (Future<Long> reader : reading) {
                assertThat(reader.get()).isPositive();
            }
        }
    }

    /// Every word of a row is the same number, which names its item modulo 50.
    private static long readUntil(AtomicBoolean done, ItemColumns columns) {
        SplittableRandom random = new SplittableRandom(2);
        int[] row = new int[LAYOUT.itemStoredWords()];
        long found = 0;
        while (!done.get() || found == 0) {
            int id = random.nextInt(50);
            if (columns.read(id, row)) {
                found++;
                assertThat(row[0] % 50).isEqualTo(id);
                for (int word : row) {
                    if (word != row[0]) {
                        throw new AssertionError("torn row of " + id);
                    }
                }
            }
        }
        return found;
    }
}
