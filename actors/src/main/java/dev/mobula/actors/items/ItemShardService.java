package dev.mobula.actors.items;

import dev.mobula.actors.runtime.Batch;
import dev.mobula.actors.runtime.CallException;
import dev.mobula.actors.runtime.Failure;
import dev.mobula.actors.runtime.Service;
import dev.mobula.actors.runtime.ServiceContext;
import dev.mobula.actors.runtime.ServiceFactory;
import dev.mobula.actors.runtime.StateDirectory;
import dev.mobula.retrieval.RetrievalException;
import dev.mobula.retrieval.frozen.BuildProgress;
import dev.mobula.retrieval.shard.IndexShard;
import dev.mobula.retrieval.shard.SearchOptions;
import dev.mobula.retrieval.store.Item;
import dev.mobula.retrieval.store.ItemStore;
import dev.mobula.retrieval.store.ItemWrite;
import dev.mobula.retrieval.store.StoreOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/// One shard of the items: its store on disk, and the index that follows it.
///
/// A write is answered once it is on disk, still owned, and visible to every later search.
public final class ItemShardService implements Service {
    private static final Duration INDEX_LIMIT = Duration.ofSeconds(30);

    private final StateDirectory state;
    private final ItemShardSettings settings;
    private final ItemStore store;
    private final ExecutorService compactions;
    private final IndexShard index;
    private final IndexFollower follower;

    private ItemShardService(StateDirectory state, ItemShardSettings settings) {
        this.state = state;
        this.settings = settings;
        Path root = state.path();
        store = ItemStore.open(StoreOptions.at(root.resolve("items")));
        compactions =
                Executors.newSingleThreadExecutor(
                        Thread.ofPlatform().name("mobula-compaction").daemon().factory());
        index =
                IndexShard.open(
                        root.resolve("index"), settings.indexSpec(), System::nanoTime, compactions);
        index.verify();
        follower = new IndexFollower(store, index, settings.indexSpec().schema());
    }

    /// Starts a shard from the encoded [ItemShardSettings].
    public static final class Factory implements ServiceFactory {
        @Override
        public Service start(ServiceContext context) throws InterruptedException {
            ItemShardService shard =
                    new ItemShardService(
                            context.state(), ItemShardSettings.CODEC.decode(context.settings()));
            shard.catchUp();
            return shard;
        }
    }

    /// A shard is ready when it finds everything that was ever acknowledged.
    private void catchUp() throws InterruptedException {
        long deadline = System.nanoTime() + INDEX_LIMIT.multipliedBy(20).toNanos();
        follower.await(store.newestPosition(), deadline);
    }

    @Override
    public byte[] call(int op, byte[] request) {
        return switch (op) {
            case ItemShardProtocol.FIND ->
                    ItemShardProtocol.ITEM_LIST.encode(
                            store.findAll(ItemShardProtocol.ids(request)));
            case ItemShardProtocol.STATS -> ItemShardStats.CODEC.encode(stats());
            case ItemShardProtocol.COMPACT -> {
                index.compact(BuildProgress.SILENT);
                yield ItemShardProtocol.NOTHING;
            }
            case ItemShardProtocol.CHANGES -> changes(ItemShardProtocol.Part.CODEC.decode(request));
            case ItemShardProtocol.SCAN -> scan(ItemShardProtocol.Part.CODEC.decode(request));
            default -> throw new CallException(Failure.REFUSED, "no operation " + op);
        };
    }

    private byte[] changes(ItemShardProtocol.Part part) {
        requirePage(part.max());
        long newest = store.newestPosition();
        return ItemShardProtocol.CHANGED.encode(
                new ItemShards.Changed(store.changesSince(part.from(), part.max()), newest));
    }

    private byte[] scan(ItemShardProtocol.Part part) {
        requirePage(part.max());
        return ItemShardProtocol.SCANNED.encode(store.scanFrom(part.from(), part.max()));
    }

    private static void requirePage(int max) {
        if (max < 1 || max > ItemShards.PAGE_MAX) {
            throw new CallException(
                    Failure.REFUSED, "max=" + max + " is outside 1.." + ItemShards.PAGE_MAX);
        }
    }

    @Override
    public void callAll(int op, Batch batch) {
        switch (op) {
            case ItemShardProtocol.SEARCH -> batch.answerEach(this::search);
            case ItemShardProtocol.PUT -> writeAll(batch, ItemShardService::puts);
            case ItemShardProtocol.DELETE -> writeAll(batch, ItemShardService::deletes);
            default -> Service.super.callAll(op, batch);
        }
    }

    private byte[] search(byte[] request) {
        ItemShardProtocol.Search search = ItemShardProtocol.Search.CODEC.decode(request);
        try {
            return ItemShardProtocol.HITS.encode(
                    index.search(
                            search.query(), search.k(), SearchOptions.DEFAULT.withEf(search.ef())));
        } catch (RetrievalException refused) {
            throw typed(refused);
        }
    }

    private static List<ItemWrite> puts(byte[] request) {
        List<ItemWrite> writes = new ArrayList<>();
        for (Item item : ItemShardProtocol.ITEM_LIST.decode(request)) {
            writes.add(new ItemWrite.Put(item));
        }
        return writes;
    }

    private static List<ItemWrite> deletes(byte[] request) {
        return Arrays.stream(ItemShardProtocol.ids(request))
                .mapToObj(ItemWrite.Delete::new)
                .map(ItemWrite.class::cast)
                .toList();
    }

    /// How a request is read as writes.
    @FunctionalInterface
    private interface Reading {
        List<ItemWrite> of(byte[] request);
    }

    /// Puts all requests on their way to disk first, so that they share its syncs.
    private void writeAll(Batch batch, Reading reading) {
        List<CompletableFuture<Long>> stored = new ArrayList<>();
        for (int i = 0; i < batch.size(); i++) {
            stored.add(submit(reading, batch.request(i)));
        }
        long deadline = System.nanoTime() + INDEX_LIMIT.toNanos();
        for (int i = 0; i < batch.size(); i++) {
            try {
                follower.await(stored.get(i).join(), deadline);
                state.requireOwned();
                batch.answer(i, ItemShardProtocol.NOTHING);
            } catch (CompletionException failed) {
                batch.fail(i, failed.getCause() instanceof Exception cause ? cause : failed);
            } catch (CallException failed) {
                batch.fail(i, failed);
            } catch (InterruptedException stop) {
                Thread.currentThread().interrupt();
                batch.fail(i, new CallException(Failure.UNAVAILABLE, "the shard is stopping"));
            }
        }
    }

    private CompletableFuture<Long> submit(Reading reading, byte[] request) {
        try {
            List<ItemWrite> writes = reading.of(request);
            for (ItemWrite write : writes) {
                requireFits(write);
            }
            return store.submit(writes);
        } catch (RetrievalException refused) {
            return CompletableFuture.failedFuture(typed(refused));
        } catch (CallException refused) {
            return CompletableFuture.failedFuture(refused);
        }
    }

    /// What the index would refuse must not reach the store.
    private void requireFits(ItemWrite write) {
        if (write instanceof ItemWrite.Put(Item item) && item.embedding().length != 0) {
            settings.metric()
                    .prepared(
                            "embedding of item " + item.id(),
                            item.embedding(),
                            settings.dimension());
        }
    }

    private static CallException typed(RetrievalException failed) {
        Failure failure =
                switch (failed.code()) {
                    case INVALID_INPUT, NOT_FOUND -> Failure.REFUSED;
                    default -> Failure.APPLICATION;
                };
        return new CallException(failure, String.valueOf(failed.getMessage()), failed);
    }

    private ItemShardStats stats() {
        var shard = index.stats();
        return new ItemShardStats(
                store.countEstimated(),
                shard.items(),
                store.newestPosition(),
                follower.position(),
                shard.compactions());
    }

    @Override
    public void close() throws IOException {
        follower.close();
        index.close();
        compactions.shutdown();
        store.close();
    }
}
