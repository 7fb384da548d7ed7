package dev.mobula.actors.items;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mobula.actors.runtime.CallException;
import dev.mobula.actors.runtime.Cluster;
import dev.mobula.actors.runtime.Request;
import dev.mobula.actors.runtime.ServiceRef;
import dev.mobula.actors.shards.Answers;
import dev.mobula.actors.shards.ShardLayout;
import dev.mobula.retrieval.filters.Filter;
import dev.mobula.retrieval.frozen.BuildProgress;
import dev.mobula.retrieval.frozen.GraphSpec;
import dev.mobula.retrieval.store.Item;
import dev.mobula.retrieval.store.ItemWrite;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongPredicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Items on the move: to another number of shards, and into an index that was built elsewhere.
public abstract class ItemMovesContract {
    private static final AtomicInteger NAMES = new AtomicInteger();
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int DIMENSION = 8;
    private static final int WRITERS = 3;
    private static final int IDS_PER_WRITER = 60;
    private static final ItemShardSettings SETTINGS =
            ItemShardSettings.of(DIMENSION).withTexts("title");
    private static final GraphSpec GRAPH = new GraphSpec(8, 40, 1, 1);

    @TempDir private Path folder;

    protected abstract Cluster cluster();

    private static String newName() {
        return "moving-" + NAMES.incrementAndGet();
    }

    private void stop(ItemShards shards) {
        shards.shards().forEach(cluster()::stop);
    }

    private static Item item(long id, SplittableRandom random) {
        float[] vector = new float[DIMENSION];
        for (int i = 0; i < DIMENSION; i++) {
            vector[i] = (float) random.nextGaussian();
        }
        return Item.of(id, id % 5, id).withEmbedding(vector);
    }

    /// Some ids, written and deleted by one thread, which knows what was acknowledged.
    private static final class Writer {
        private final Map<Long, Item> acknowledged = new ConcurrentHashMap<>();
        private final AtomicInteger writes = new AtomicInteger();
        private final ItemShards items;
        private final int first;
        private final SplittableRandom random;

        Writer(ItemShards items, int number) {
            this.items = items;
            first = number * IDS_PER_WRITER;
            random = new SplittableRandom(number);
        }

        Void run(AtomicBoolean done) {
            while (!done.get()) {
                long id = (long) first + random.nextInt(IDS_PER_WRITER);
                if (random.nextInt(4) == 0) {
                    items.delete(id).join();
                    acknowledged.remove(id);
                    assertThat(idsNear(items, item(id, new SplittableRandom(id))))
                            .doesNotContain(id);
                } else {
                    Item item = item(id, random);
                    items.put(List.of(item)).join();
                    acknowledged.put(id, item);
                    assertThat(idsNear(items, item)).contains(id);
                }
                writes.incrementAndGet();
            }
            return null;
        }
    }

    private static List<Long> idsNear(ItemShards items, Item item) {
        FoundItems found =
                items.search(item.embedding(), 1_000, 1_000, Filter.EVERYTHING, PATIENCE).join();
        assertThat(found.missing()).isEmpty();
        return Arrays.stream(found.hits().ids()).boxed().toList();
    }

    @Test
    void movingToAnotherNumberOfShardsLosesNothingAndKeepsNothingTwiceUnderWrites()
            throws Exception {
        String name = newName();
        ItemShards items = ItemShards.spawn(cluster(), name, 2, SETTINGS);
        AtomicBoolean done = new AtomicBoolean();
        List<Writer> writers = new ArrayList<>();
        List<Future<Void>> running = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(WRITERS)) {
            for (int i = 0; i < WRITERS; i++) {
                // One caller of each kind: who learns of the move alone, and who shares.
                ItemShards caller =
                        i == 0 ? items : new ItemShards(cluster(), new ShardLayout(name, 2));
                Writer writer = new Writer(caller, i);
                writers.add(writer);
                running.add(threads.submit(() -> writer.run(done)));
            }
            awaitWrites(writers, 20);
            ItemShards more = move(items, name + ".2", 3, 1);
            awaitWrites(writers, 20);
            ItemShards fewer = move(more, name + ".3", 1, 2);
            awaitWrites(writers, 20);
            done.set(true);
            for (Future<Void> writer : running) {
                writer.get(60, TimeUnit.SECONDS);
            }
            assertHolds(fewer, writers);
            assertHolds(items, writers);
            assertThat(items.layout()).isEqualTo(new ShardLayout(name + ".3", 1));
            stop(fewer);
            stop(more);
            stop(new ItemShards(cluster(), new ShardLayout(name, 2)));
        } finally {
            done.set(true);
        }
    }

    private static ItemShards move(ItemShards items, String name, int count, long run) {
        return Resharding.run(items, name, count, SETTINGS, run, BuildProgress.SILENT);
    }

    private static void awaitWrites(List<Writer> writers, int more) throws InterruptedException {
        int[] before = writers.stream().mapToInt(writer -> writer.writes.get()).toArray();
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        for (int i = 0; i < before.length; i++) {
            while (writers.get(i).writes.get() < before[i] + more) {
                assertThat(System.nanoTime()).as("writes go on").isLessThan(deadline);
                TimeUnit.MILLISECONDS.sleep(5);
            }
        }
    }

    private static void assertHolds(ItemShards items, List<Writer> writers) {
        Map<Long, Item> expected = new TreeMap<>();
        writers.forEach(writer -> expected.putAll(writer.acknowledged));
        long[] all = new long[WRITERS * IDS_PER_WRITER];
        Arrays.setAll(all, id -> id);
        Map<Long, Item> stored = new TreeMap<>();
        for (Item item : items.find(all, PATIENCE).join()) {
            assertThat(stored.put(item.id(), item)).as("item %d twice", item.id()).isNull();
        }
        assertThat(stored).isEqualTo(expected);
        assertThat(idsNear(items, item(0, new SplittableRandom(1))))
                .containsExactlyInAnyOrderElementsOf(expected.keySet());
    }

    @Test
    void retiredShardsDiscardTheirDataAndGoOnSayingWhereItWent() throws Exception {
        ItemShards items = ItemShards.spawn(cluster(), newName(), 2, SETTINGS);
        ShardLayout old = items.layout();
        ItemShards late = new ItemShards(cluster(), old);
        SplittableRandom random = new SplittableRandom(8);
        items.put(List.of(item(1, random), item(2, random), item(3, random))).join();
        assertThatThrownBy(() -> Resharding.discard(cluster(), old))
                .isInstanceOf(CallException.class)
                .hasMessageContaining("is SERVING: only retired shards are discarded");
        ItemShards moved = move(items, newName(), 1, 1);

        Resharding.discard(cluster(), old);
        Resharding.discard(cluster(), old);

        for (ItemShardStats stats : new ItemShards(cluster(), old).stats()) {
            assertThat(stats).isEqualTo(ItemShardStats.nothing("DISCARDED"));
        }
        cluster().restart(old.shard(0));
        assertThat(late.ready(PATIENCE).join()).isEmpty();
        assertThat(late.layout()).isEqualTo(moved.layout());
        assertThat(idsNear(new ItemShards(cluster(), old), item(9, random)))
                .containsExactlyInAnyOrder(1L, 2L, 3L);
        assertThat(followed(old, 3)).containsExactlyInAnyOrder(1L, 2L, 3L);
        stop(moved);
        stop(new ItemShards(cluster(), old));
    }

    /// What a follower is told that begins at these shards, once that is so many items.
    private Set<Long> followed(ShardLayout from, int count) throws InterruptedException {
        Set<Long> told = ConcurrentHashMap.newKeySet();
        ItemStream.Listener listener =
                new ItemStream.Listener() {
                    @Override
                    public void stored(Item item) {
                        told.add(item.id());
                    }

                    @Override
                    public void gone(long id) {
                        told.remove(id);
                    }

                    @Override
                    public void readAnew(LongPredicate owned, Set<Long> shown) {
                        told.removeIf(id -> owned.test(id) && !shown.contains(id));
                    }
                };
        try (ItemStream stream = new ItemStream(cluster(), from, listener)) {
            long deadline = System.nanoTime() + PATIENCE.toNanos();
            while (told.size() < count) {
                assertThat(System.nanoTime())
                        .as("reached %s", stream.reached())
                        .isLessThan(deadline);
                TimeUnit.MILLISECONDS.sleep(5);
            }
        }
        return told;
    }

    @Test
    void aMoveThatFailsLeavesTheOldShardsServing() {
        ItemShards items = ItemShards.spawn(cluster(), newName(), 1, SETTINGS);
        SplittableRandom random = new SplittableRandom(3);
        items.put(List.of(item(1, random))).join();
        ItemShardSettings narrower = ItemShardSettings.of(DIMENSION - 1);
        String other = newName();
        assertThatThrownBy(() -> Resharding.run(items, other, 1, narrower, 1, BuildProgress.SILENT))
                .isInstanceOf(CallException.class)
                .hasMessageContaining("embedding of item 1.length=8: must be 7");
        items.put(List.of(item(2, random))).join();
        assertThat(idsNear(items, item(9, random))).containsExactlyInAnyOrder(1L, 2L);
        stop(items);
        stop(new ItemShards(cluster(), new ShardLayout(other, 1)));
    }

    @Test
    void aMoveThatWasCutOffIsEndedByRunningItAgain() {
        ItemShards items = ItemShards.spawn(cluster(), newName(), 2, SETTINGS);
        SplittableRandom random = new SplittableRandom(6);
        items.put(List.of(item(1, random), item(2, random), item(3, random))).join();
        ShardLayout to = new ShardLayout(newName(), 1);
        ItemShards.spawn(cluster(), to, new ItemShardProtocol.Start(SETTINGS, true));
        ServiceRef half = to.shards().getFirst();
        ask(half, ItemShardProtocol.BEGIN_FILL, ItemShardProtocol.number(5));
        ask(
                half,
                ItemShardProtocol.FILL,
                ShardMover.Fill.CODEC.encode(
                        new ShardMover.Fill(5, List.of(new ItemWrite.Put(item(99, random))))));
        setPhase(items.shards().getFirst(), ShardPhase.Stage.FROZEN, Optional.of(to));
        setPhase(half, ShardPhase.Stage.READABLE, Optional.empty());

        ItemShards moved = move(items, to.name(), 1, 6);

        assertThat(idsNear(moved, item(9, random))).containsExactlyInAnyOrder(1L, 2L, 3L);
        items.put(List.of(item(4, random))).join();
        assertThat(idsNear(moved, item(9, random))).hasSize(4);
        ServiceRef serving = moved.shards().getFirst();
        assertThatThrownBy(() -> setPhase(serving, ShardPhase.Stage.FILLING, Optional.empty()))
                .isInstanceOf(CallException.class)
                .hasMessageContaining("the shard is SERVING and cannot become FILLING");
        stop(moved);
    }

    private void setPhase(ServiceRef shard, ShardPhase.Stage stage, Optional<ShardLayout> to) {
        byte[] phase = ShardPhase.CODEC.encode(new ShardPhase(stage, to));
        ask(shard, ItemShardProtocol.SET_PHASE, phase);
    }

    private void ask(ServiceRef shard, int op, byte[] body) {
        Answers.await(cluster().call(shard, Request.of(op, body).within(PATIENCE)));
    }

    @Test
    void aShippedSnapshotIsServedAndBroughtUpToDate() throws Exception {
        ItemShards items = ItemShards.spawn(cluster(), newName(), 1, SETTINGS);
        ServiceRef shard = items.shards().getFirst();
        SplittableRandom random = new SplittableRandom(4);
        List<Item> first = new ArrayList<>();
        for (long id = 0; id < 300; id++) {
            first.add(item(id, random));
        }
        items.put(first).join();
        Path file = folder.resolve("shard.index");
        ItemSnapshots.build(cluster(), shard, SETTINGS, GRAPH, file, BuildProgress.SILENT);
        Item newer = item(7, random);
        items.put(List.of(newer, item(1_000, random))).join();
        items.delete(8).join();

        SnapshotShipping shipping = new SnapshotShipping(cluster(), shard);
        shipping.shipAndInstall(file, BuildProgress.SILENT);

        List<Long> found = idsNear(items, newer);
        assertThat(found).hasSize(300).contains(7L, 1_000L).doesNotContain(8L);
        assertThat(found.getFirst())
                .isEqualTo(best(items.find(ids(first, 1_000), PATIENCE).join(), newer));
        cluster().restart(shard);
        assertThat(idsNear(items, newer)).isEqualTo(found);
        stop(items);
    }

    private static long[] ids(List<Item> items, long more) {
        long[] ids = items.stream().mapToLong(Item::id).toArray();
        long[] all = Arrays.copyOf(ids, ids.length + 1);
        all[ids.length] = more;
        return all;
    }

    private static long best(List<Item> items, Item query) {
        Item best = items.getFirst();
        for (Item item : items) {
            if (dot(item, query) > dot(best, query)) {
                best = item;
            }
        }
        return best.id();
    }

    private static double dot(Item one, Item other) {
        double sum = 0;
        for (int i = 0; i < DIMENSION; i++) {
            sum += (double) one.embedding()[i] * other.embedding()[i];
        }
        return sum;
    }

    @Test
    void aDamagedOrForeignSnapshotIsRefusedAndTheIndexGoesOn() throws Exception {
        ItemShards items = ItemShards.spawn(cluster(), newName(), 1, SETTINGS);
        ServiceRef shard = items.shards().getFirst();
        SplittableRandom random = new SplittableRandom(5);
        items.put(List.of(item(1, random), item(2, random))).join();
        Path file = folder.resolve("shard.index");
        ItemSnapshots.build(cluster(), shard, SETTINGS, GRAPH, file, BuildProgress.SILENT);
        byte[] bytes = Files.readAllBytes(file);
        SnapshotShipping shipping = new SnapshotShipping(cluster(), shard);
        for (int round = 0; round < 5; round++) {
            byte[] damaged = bytes.clone();
            damaged[random.nextInt(damaged.length)] ^= 4;
            Path wrong = Files.write(folder.resolve("damaged"), damaged);
            assertThatThrownBy(() -> shipping.shipAndInstall(wrong, BuildProgress.SILENT))
                    .isInstanceOf(CallException.class)
                    .hasMessageContaining("checksum");
        }
        Path text = Files.writeString(folder.resolve("text"), "not an index".repeat(1_000));
        assertThatThrownBy(() -> shipping.shipAndInstall(text, BuildProgress.SILENT))
                .isInstanceOf(CallException.class)
                .hasMessageContaining("is not an index snapshot");
        SnapshotInbox.Shipment shipment = shipping.send(file, BuildProgress.SILENT);
        ByteBuffer torn = ByteBuffer.allocate(SnapshotInbox.HEAD_BYTES + 9);
        torn.order(ByteOrder.LITTLE_ENDIAN).putLong(9).putInt(1).putLong(0).putInt(77).rewind();
        assertThat(
                        cluster()
                                .ship(shard, ItemShardProtocol.SNAPSHOT_PIECE, torn, PATIENCE)
                                .getFirst())
                .failsWithin(PATIENCE)
                .withThrowableThat()
                .withMessageContaining("the piece at 0 differs from its checksum");
        assertThat(shipment.bytes()).isEqualTo(bytes.length);
        assertThat(idsNear(items, item(9, random))).containsExactlyInAnyOrder(1L, 2L);
        shipping.shipAndInstall(file, BuildProgress.SILENT);
        assertThat(idsNear(items, item(9, random))).containsExactlyInAnyOrder(1L, 2L);
        stop(items);
    }
}
