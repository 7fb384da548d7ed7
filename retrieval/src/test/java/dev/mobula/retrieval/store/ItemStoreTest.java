package dev.mobula.retrieval.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mobula.retrieval.RetrievalException;
import dev.mobula.retrieval.RetrievalException.Code;
import dev.mobula.testing.Seeds;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ItemStoreTest {
    @TempDir Path directory;

    @Test
    void anAcknowledgedWriteIsReadByIdInBatchesAndByScan() {
        try (ItemStore store = open()) {
            Item first = Item.of(-5, 2, 3).withEmbedding(new float[] {1, 2});
            Item second = Item.of(7, 2, 4).withState(ItemState.WITHHELD);
            assertThat(store.put(second)).isEqualTo(1);
            assertThat(store.put(first)).isEqualTo(2);
            assertThat(store.find(-5)).contains(first);
            assertThat(store.find(6)).isEmpty();
            assertThat(store.findAll(new long[] {7, 6, -5})).containsExactly(second, first);
            List<Item> scanned = new ArrayList<>();
            assertThat(store.scan(scanned::add)).isEqualTo(2);
            assertThat(scanned).containsExactly(first, second);
            assertThat(store.delete(7)).isEqualTo(3);
            assertThat(store.find(7)).isEmpty();
        }
    }

    @Test
    void labelsWhoseTimeIsOverAreTakenOffAndNothingElseIsWritten() {
        try (ItemStore store = open()) {
            Label lasting = new Label("adult", "model", .5f, Label.NEVER);
            Label later = new Label("spam", "rule", 1, 2_001);
            Item item =
                    Item.of(1, 2, 3)
                            .withLabels(
                                    List.of(lasting, new Label("old", "rule", 1, 2_000), later));
            store.put(item);
            assertThat(store.apply(List.of(new ItemWrite.ExpireLabels(1, 1_999)))).isEqualTo(1);
            assertThat(store.find(1)).contains(item);
            assertThat(store.apply(List.of(new ItemWrite.ExpireLabels(1, 2_000)))).isEqualTo(2);
            assertThat(store.find(1)).contains(item.withLabels(List.of(lasting, later)));
            assertThat(store.apply(List.of(new ItemWrite.ExpireLabels(9, 9_000)))).isEqualTo(2);
            assertThat(store.find(9)).isEmpty();
        }
    }

    @Test
    void aLabelReplacesItsOwnSourcesAloneAndAnEditKeepsWhatOthersGave() {
        try (ItemStore store = open()) {
            Label own = new Label("art", Label.AUTHOR, 1, Label.NEVER);
            Label sure = new Label("spam", "rule", 1, Label.NEVER);
            Label other = new Label("spam", "jo", 1, Label.NEVER);
            Item item = Item.of(1, 2, 3);
            store.put(item.withLabels(List.of(own)));
            store.apply(
                    List.of(
                            new ItemWrite.AddLabel(1, new Label("spam", "rule", .5f, 9)),
                            new ItemWrite.AddLabel(1, other),
                            new ItemWrite.AddLabel(1, sure)));
            assertThat(store.find(1)).contains(item.withLabels(List.of(own, other, sure)));
            Label music = new Label("music", Label.AUTHOR, 1, Label.NEVER);
            Item rewritten = Item.of(1, 2, 4).withLabels(List.of(music));
            store.apply(List.of(new ItemWrite.Edit(rewritten)));
            assertThat(store.find(1)).contains(rewritten.withLabels(List.of(music, other, sure)));
            long position = store.apply(List.of(new ItemWrite.RemoveLabel(1, "spam", "rule")));
            assertThat(store.find(1)).contains(rewritten.withLabels(List.of(music, other)));
            List<ItemWrite> nothing =
                    List.of(
                            new ItemWrite.RemoveLabel(1, "spam", "rule"),
                            new ItemWrite.RemoveLabel(9, "spam", "rule"));
            assertThat(store.apply(nothing)).isEqualTo(position);
            store.apply(List.of(new ItemWrite.Edit(Item.of(5, 2, 3))));
            assertThat(store.find(5)).contains(Item.of(5, 2, 3));
            assertThatThrownBy(() -> store.apply(List.of(new ItemWrite.AddLabel(9, sure))))
                    .hasMessageContaining("item=9");
        }
    }

    @Test
    void pagesOfAScanAreTheWholeScan() {
        try (ItemStore store = open()) {
            List<Long> ids = List.of(Long.MIN_VALUE, -7L, 0L, 3L, 8L, Long.MAX_VALUE);
            ids.forEach(id -> store.put(Item.of(id, 1, 1)));
            List<Long> scanned = new ArrayList<>();
            long from = Long.MIN_VALUE;
            boolean last = false;
            while (!last) {
                ItemStore.ScanPage page = store.scanFrom(from, 2);
                assertThat(page.position()).isEqualTo(ids.size());
                page.items().forEach(item -> scanned.add(item.id()));
                last = page.last();
                from = last ? from : page.items().getLast().id() + 1;
            }
            assertThat(scanned).isEqualTo(ids);
        }
    }

    @Test
    void aBatchIsStoredWholeOrNotAtAll() {
        try (ItemStore store = open()) {
            store.put(Item.of(1, 1, 1));
            List<ItemWrite> batch =
                    List.of(
                            new ItemWrite.Put(Item.of(2, 1, 1)),
                            new ItemWrite.Delete(1),
                            new ItemWrite.SetState(3, ItemState.WITHHELD));
            assertThatThrownBy(() -> store.apply(batch))
                    .isInstanceOfSatisfying(
                            RetrievalException.class,
                            refused -> assertThat(refused.code()).isEqualTo(Code.NOT_FOUND))
                    .hasMessageContaining("item=3");
            assertThat(store.find(1)).isPresent();
            assertThat(store.find(2)).isEmpty();
            assertThat(store.newestPosition()).isEqualTo(1);
            assertThat(store.put(Item.of(2, 1, 1))).isEqualTo(2);
        }
    }

    @Test
    void laterWritesOfABatchSeeTheEarlierOnes() {
        try (ItemStore store = open()) {
            Label label = new Label("spam", "rules", .5f, Label.NEVER);
            store.apply(
                    List.of(
                            new ItemWrite.Put(Item.of(1, 2, 3)),
                            new ItemWrite.SetLabels(1, List.of(label)),
                            new ItemWrite.SetState(1, ItemState.WITHHELD),
                            new ItemWrite.SetEmbedding(1, new float[] {4})));
            assertThat(store.find(1))
                    .contains(
                            Item.of(1, 2, 3)
                                    .withLabels(List.of(label))
                                    .withState(ItemState.WITHHELD)
                                    .withEmbedding(new float[] {4}));
            assertThat(store.newestPosition()).isEqualTo(4);
        }
    }

    @Test
    void concurrentChangesOfOneItemAreNeverLost() throws Exception {
        try (ItemStore store = open();
                ExecutorService writers = Executors.newVirtualThreadPerTaskExecutor()) {
            store.put(Item.of(1, 2, 3));
            List<Future<?>> running = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                float value = i;
                running.add(
                        writers.submit(
                                () ->
                                        store.apply(
                                                List.of(
                                                        new ItemWrite.SetEmbedding(
                                                                1, new float[] {value}),
                                                        new ItemWrite.Put(
                                                                Item.of(
                                                                        100 + (long) value,
                                                                        1,
                                                                        1))))));
            }
            for (Future<?> write : running) {
                write.get(60, TimeUnit.SECONDS);
            }
            assertThat(store.newestPosition()).isEqualTo(41);
            assertThat(store.findAll(LongStream.range(100, 120).toArray())).hasSize(20);
        }
    }

    @Test
    void theStoreAndItsStreamAgreeWithAModelAcrossReopening() {
        Seeds.forAll(
                6,
                random -> {
                    Path folder = Files.createTempDirectory(directory, "model");
                    Map<Long, Item> model = new TreeMap<>();
                    Map<Long, Item> follower = new HashMap<>();
                    long followed = 0;
                    for (int life = 0; life < 3; life++) {
                        try (ItemStore store = ItemStore.open(StoreOptions.at(folder))) {
                            for (int i = 0; i < 40; i++) {
                                write(random, store, model);
                            }
                            followed = follow(store, followed, follower);
                            assertThat(followed).isEqualTo(store.newestPosition());
                            Map<Long, Item> scanned = new TreeMap<>();
                            store.scan(item -> scanned.put(item.id(), item) == null);
                            assertThat(scanned).isEqualTo(model);
                            assertThat(follower).isEqualTo(model);
                        }
                    }
                });
    }

    private static void write(SplittableRandom random, ItemStore store, Map<Long, Item> model) {
        long id = random.nextInt(12) - 6L;
        Item old = model.get(id);
        switch (random.nextInt(4)) {
            case 0 -> {
                store.delete(id);
                model.remove(id);
            }
            case 1 -> {
                if (old != null) {
                    store.apply(List.of(new ItemWrite.SetState(id, ItemState.WITHHELD)));
                    model.put(id, old.withState(ItemState.WITHHELD));
                }
            }
            default -> {
                Item item = RandomItems.item(random, id);
                store.put(item);
                model.put(id, item);
            }
        }
    }

    private static long follow(ItemStore store, long from, Map<Long, Item> follower) {
        long position = from;
        while (true) {
            Changes<ItemChange> answer = store.changesSince(position, 7);
            assertThat(answer).isInstanceOf(Changes.Page.class);
            Changes.Page<ItemChange> page = (Changes.Page<ItemChange>) answer;
            if (page.changes().isEmpty()) {
                return position;
            }
            for (ItemChange change : page.changes()) {
                position++;
                assertThat(change.position()).isEqualTo(position);
                switch (change) {
                    case ItemChange.Stored stored -> follower.put(stored.id(), stored.item());
                    case ItemChange.Gone gone -> follower.remove(gone.id());
                }
            }
            assertThat(page.next()).isEqualTo(position);
        }
    }

    @Test
    void aReaderTooFarBehindIsToldToRebuild() {
        StoreOptions options = StoreOptions.at(directory).withChangesRetained(100);
        try (ItemStore store = ItemStore.open(options)) {
            for (int i = 0; i < 300; i++) {
                store.put(Item.of(i % 10, 1, i));
            }
            assertThat(store.changesSince(0, 10)).isInstanceOf(Changes.Rebuild.class);
            assertThat(store.changesSince(301, 10)).isInstanceOf(Changes.Rebuild.class);
            Changes.Rebuild<ItemChange> gone =
                    (Changes.Rebuild<ItemChange>) store.changesSince(0, 10);
            assertThat(gone.newest()).isEqualTo(300);
            assertThat(gone.oldest()).isBetween(100L, 200L);
            assertReadable(store, gone.oldest());
        }
        try (ItemStore store = ItemStore.open(options)) {
            Changes.Rebuild<ItemChange> gone =
                    (Changes.Rebuild<ItemChange>) store.changesSince(0, 10);
            assertReadable(store, gone.oldest());
            assertThat(store.put(Item.of(1, 1, 1))).isEqualTo(301);
        }
    }

    private static void assertReadable(ItemStore store, long oldest) {
        Changes<ItemChange> kept = store.changesSince(oldest, 1_000);
        assertThat(kept).isInstanceOf(Changes.Page.class);
        assertThat(((Changes.Page<ItemChange>) kept).changes()).hasSize((int) (300 - oldest));
    }

    @Test
    void moreWritesThanMayWaitAreRefusedAndTheRestAreStored() {
        StoreOptions options =
                new StoreOptions(directory, 1_000, 4, 64L << 20, 2, 1 << 20, StoreLimits.DEFAULT);
        try (ItemStore store = ItemStore.open(options)) {
            List<CompletableFuture<Long>> accepted = new ArrayList<>();
            int refused = 0;
            for (int i = 0; i < 2_000; i++) {
                try {
                    accepted.add(store.submit(List.of(new ItemWrite.Put(Item.of(i, 1, 1)))));
                } catch (RetrievalException full) {
                    assertThat(full.code()).isEqualTo(Code.FULL);
                    refused++;
                }
            }
            accepted.forEach(CompletableFuture::join);
            assertThat(refused).isPositive();
            assertThat(store.newestPosition()).isEqualTo(accepted.size());
        }
    }

    @Test
    void aClosedStoreSaysSoAndClosingTwiceIsFine() {
        ItemStore store = open();
        CompletableFuture<Long> last = store.submit(List.of(new ItemWrite.Put(Item.of(1, 1, 1))));
        store.close();
        store.close();
        assertThat(last).isCompletedWithValue(1L);
        assertClosed(() -> store.find(1));
        assertClosed(() -> store.put(Item.of(2, 1, 1)));
        assertClosed(() -> store.scan(item -> true));
        assertClosed(() -> store.changesSince(0, 1));
    }

    @Test
    void closingWhileOthersReadNeverCrashes() throws Exception {
        for (int round = 0; round < 5; round++) {
            ItemStore store = open();
            store.put(Item.of(1, 1, 1));
            CountDownLatch started = new CountDownLatch(2);
            try (ExecutorService readers = Executors.newFixedThreadPool(2)) {
                List<Future<?>> running = new ArrayList<>();
                for (int i = 0; i < 2; i++) {
                    running.add(readers.submit(() -> readUntilClosed(store, started)));
                }
                started.await();
                store.close();
                for (Future<?> reader : running) {
                    reader.get(60, TimeUnit.SECONDS);
                }
            }
        }
    }

    private static void readUntilClosed(ItemStore store, CountDownLatch started) {
        try {
            while (true) {
                store.find(1);
                store.scan(item -> true);
                store.changesSince(0, 10);
                started.countDown();
            }
        } catch (RetrievalException closed) {
            assertThat(closed.code()).isEqualTo(Code.CLOSED);
        }
    }

    @Test
    void aDirectoryInUseOrOfAnotherKindIsRefused() {
        try (ItemStore store = open()) {
            store.put(Item.of(1, 1, 1));
            assertThatThrownBy(this::open)
                    .isInstanceOfSatisfying(
                            RetrievalException.class,
                            refused -> assertThat(refused.code()).isEqualTo(Code.BUSY));
        }
        assertThatThrownBy(() -> UserStore.open(StoreOptions.at(directory)))
                .isInstanceOfSatisfying(
                        RetrievalException.class,
                        refused -> assertThat(refused.code()).isEqualTo(Code.INVALID_INPUT))
                .hasMessageContaining("not a store of users");
        open().close();
    }

    @Test
    void aTornLastRecordIsDroppedAndDamageBeforeItIsRefused() throws Exception {
        try (ItemStore store = open()) {
            for (int i = 1; i <= 5; i++) {
                store.put(Item.of(i, 1, 1));
            }
        }
        Path log = writeAheadLog();
        byte[] whole = Files.readAllBytes(log);
        Path torn = copyOfStore("torn");
        Files.write(torn.resolve(log.getFileName()), Arrays.copyOf(whole, whole.length - 3));
        try (ItemStore store = ItemStore.open(StoreOptions.at(torn))) {
            assertThat(store.newestPosition()).isEqualTo(4);
            assertThat(store.find(4)).isPresent();
            assertThat(store.find(5)).isEmpty();
        }
        Path damaged = copyOfStore("damaged");
        byte[] flipped = whole.clone();
        flipped[whole.length / 2] ^= 1;
        Files.write(damaged.resolve(log.getFileName()), flipped);
        assertThatThrownBy(() -> ItemStore.open(StoreOptions.at(damaged)).close())
                .isInstanceOfSatisfying(
                        RetrievalException.class,
                        refused -> assertThat(refused.code()).isEqualTo(Code.CORRUPT));
    }

    private Path writeAheadLog() throws Exception {
        try (Stream<Path> files = Files.list(directory)) {
            List<Path> logs =
                    files.filter(file -> file.toString().endsWith(".log"))
                            .filter(file -> file.toFile().length() > 0)
                            .toList();
            assertThat(logs).hasSize(1);
            return logs.getFirst();
        }
    }

    private Path copyOfStore(String name) throws Exception {
        Path copy = Files.createDirectory(directory.resolveSibling(directory.getFileName() + name));
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.toList()) {
                Files.copy(file, copy.resolve(file.getFileName()));
            }
        }
        return copy;
    }

    private static void assertClosed(Runnable call) {
        assertThatThrownBy(call::run)
                .isInstanceOfSatisfying(
                        RetrievalException.class,
                        refused -> assertThat(refused.code()).isEqualTo(Code.CLOSED));
    }

    private ItemStore open() {
        return ItemStore.open(StoreOptions.at(directory));
    }
}
