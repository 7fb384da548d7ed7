package dev.mobula.actors.items;

import dev.mobula.actors.runtime.AtomicFile;
import dev.mobula.actors.runtime.Batch;
import dev.mobula.actors.runtime.CallException;
import dev.mobula.actors.runtime.Failure;
import dev.mobula.actors.runtime.Folders;
import dev.mobula.actors.runtime.Service;
import dev.mobula.actors.runtime.ServiceContext;
import dev.mobula.actors.runtime.ServiceFactory;
import dev.mobula.actors.runtime.StateDirectory;
import dev.mobula.actors.shards.GroupCommit;
import dev.mobula.actors.shards.RetrievalFailures;
import dev.mobula.retrieval.RetrievalException;
import dev.mobula.retrieval.frozen.BuildProgress;
import dev.mobula.retrieval.shard.SearchOptions;
import dev.mobula.retrieval.store.ItemStore;
import dev.mobula.retrieval.store.ItemWrite;
import dev.mobula.retrieval.store.StoreOptions;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/// One shard of the items: its store on disk, and the indexes that follow it.
///
/// A write is answered once it is on disk, still owned, and visible to every later search.
public final class ItemShardService implements Service {
    /*
     * Moving. The phase decides what is answered, and is on disk before it holds. A write holds `gate` shared from the
     * check of the phase to its acknowledgement; a new phase, and the last step of a new index, take it alone. So
     * once a shard is frozen, its store is final.
     */
    private static final Duration INDEX_LIMIT = Duration.ofSeconds(30);
    private static final Duration LONG_LIMIT = Duration.ofMinutes(10);

    private final StateDirectory state;
    private final ItemShardSettings settings;
    private final ItemStore store;
    private final ShardIndex index;
    private final Optional<FollowingTexts> texts;
    private final Optional<StoreFollower> textFollower;
    private final SnapshotInbox inbox;
    private final ShardMover mover;
    private final AtomicFile phaseFile;
    private final ReentrantReadWriteLock gate = new ReentrantReadWriteLock();
    private final Semaphore maintenance = new Semaphore(1);
    private volatile ShardPhase phase;

    private ItemShardService(StateDirectory state, ItemShardProtocol.Start start)
            throws IOException {
        this.state = state;
        settings = start.settings();
        Path root = state.path();
        phaseFile = new AtomicFile(root.resolve("phase"));
        phase =
                phaseFile
                        .read()
                        .map(ShardPhase::parse)
                        .orElse(start.filling() ? ShardPhase.FILLING : ShardPhase.SERVING);
        store = ItemStore.open(StoreOptions.at(root.resolve("items")));
        index = new ShardIndex(root, settings, store);
        inbox = new SnapshotInbox(root.resolve("inbox"));
        mover = new ShardMover(store);
        texts =
                settings.texts().isEmpty()
                        ? Optional.empty()
                        : Optional.of(openTexts(root.resolve("texts"), settings));
        textFollower = texts.map(following -> new StoreFollower(store, following));
    }

    private static FollowingTexts openTexts(Path folder, ItemShardSettings settings)
            throws IOException {
        try {
            return new FollowingTexts(folder, settings);
        } catch (RetrievalException damaged) {
            if (damaged.code() != RetrievalException.Code.CORRUPT) {
                throw damaged;
            }
            Folders.delete(folder);
            return new FollowingTexts(folder, settings);
        }
    }

    /// Starts a shard from the encoded [ItemShardProtocol.Start].
    public static final class Factory implements ServiceFactory {
        @Override
        public Service start(ServiceContext context) throws InterruptedException, IOException {
            ItemShardService shard =
                    new ItemShardService(
                            context.state(),
                            ItemShardProtocol.Start.CODEC.decode(context.settings()));
            shard.catchUp();
            return shard;
        }
    }

    /// A shard is ready when it finds everything that was ever acknowledged.
    private void catchUp() throws InterruptedException {
        index.await(store.newestPosition(), System.nanoTime() + LONG_LIMIT.toNanos());
    }

    @Override
    public byte[] call(int op, byte[] request) throws IOException, InterruptedException {
        try {
            return answer(op, request);
        } catch (RetrievalException failed) {
            throw RetrievalFailures.typed(failed);
        }
    }

    private byte[] answer(int op, byte[] request) throws IOException, InterruptedException {
        return switch (op) {
            case ItemShardProtocol.SEARCH -> search(request);
            case ItemShardProtocol.WORDS -> searchWords(request);
            case ItemShardProtocol.FIND -> {
                phase.requireReads();
                yield ItemShardProtocol.ITEM_LIST.encode(
                        store.findAll(ItemShardProtocol.ids(request)));
            }
            case ItemShardProtocol.CHANGES ->
                    ItemShardProtocol.CHANGED.encode(
                            mover.changes(ItemShardProtocol.Part.CODEC.decode(request)));
            case ItemShardProtocol.SCAN ->
                    ItemShardProtocol.SCANNED.encode(
                            mover.scan(ItemShardProtocol.Part.CODEC.decode(request)));
            case ItemShardProtocol.STATS -> ItemShardStats.CODEC.encode(stats());
            case ItemShardProtocol.PHASE -> ShardPhase.CODEC.encode(phase);
            case ItemShardProtocol.SET_PHASE -> {
                setPhase(ShardPhase.CODEC.decode(request));
                yield ItemShardProtocol.NOTHING;
            }
            case ItemShardProtocol.COMPACT -> maintained(() -> index.compact(BuildProgress.SILENT));
            case ItemShardProtocol.BEGIN_FILL -> maintained(() -> beginFill(request));
            case ItemShardProtocol.FILL -> {
                phase.requireStage(ShardPhase.Stage.FILLING);
                mover.fill(request, settings);
                state.requireOwned();
                yield ItemShardProtocol.NOTHING;
            }
            case ItemShardProtocol.CATCH_UP -> {
                catchUp();
                yield ItemShardProtocol.NOTHING;
            }
            case ItemShardProtocol.BEGIN_SNAPSHOT ->
                    ItemShardProtocol.number(
                            inbox.begin(SnapshotInbox.Shipment.CODEC.decode(request)));
            case ItemShardProtocol.INSTALL_SNAPSHOT -> maintained(() -> install(request));
            default -> throw new CallException(Failure.REFUSED, "no operation " + op);
        };
    }

    @Override
    public byte[] receive(int op, ByteBuffer shipment) throws Exception {
        if (op != ItemShardProtocol.SNAPSHOT_PIECE) {
            return Service.super.receive(op, shipment);
        }
        return ItemShardProtocol.number(inbox.append(shipment));
    }

    @Override
    public void callAll(int op, Batch batch) {
        if (op == ItemShardProtocol.WRITE) {
            writeAll(batch);
        } else {
            Service.super.callAll(op, batch);
        }
    }

    private byte[] search(byte[] request) {
        ItemShardProtocol.Search search = ItemShardProtocol.Search.CODEC.decode(request);
        phase.requireReads();
        SearchOptions options =
                SearchOptions.DEFAULT
                        .withEf(search.ef())
                        .withFilter(search.filter())
                        .withDeadline(System.nanoTime() + search.budgetNanos());
        return ItemShardProtocol.HITS.encode(index.search(search.query(), search.k(), options));
    }

    private byte[] searchWords(byte[] request) {
        ItemShardProtocol.Words asked = ItemShardProtocol.Words.CODEC.decode(request);
        phase.requireReads();
        FollowingTexts following =
                texts.orElseThrow(
                        () -> new CallException(Failure.REFUSED, "this shard indexes no texts"));
        return ItemShardProtocol.HITS.encode(following.search(asked.words(), asked.k(), store));
    }

    private void writeAll(Batch batch) {
        gate.readLock().lock();
        try {
            long deadline = System.nanoTime() + INDEX_LIMIT.toNanos();
            GroupCommit.answer(
                    batch, state, this::submit, position -> index.await(position, deadline));
        } finally {
            gate.readLock().unlock();
        }
    }

    private CompletableFuture<Long> submit(byte[] request) {
        phase.requireWrites();
        List<ItemWrite> writes = ItemShardProtocol.WRITES.decode(request);
        requireFit(writes, settings);
        return store.submit(writes);
    }

    /// What the index would refuse must not reach the store, nor two versions of one item at once.
    static void requireFit(List<ItemWrite> writes, ItemShardSettings settings) {
        Set<Long> put = new HashSet<>();
        for (ItemWrite write : writes) {
            switch (write) {
                case ItemWrite.Put(var item) -> {
                    settings.requireFits(item);
                    if (!put.add(item.id())) {
                        throw RetrievalException.invalid(
                                "item.id", item.id(), "is put more than once in the batch");
                    }
                }
                case ItemWrite.SetEmbedding(long id, float[] embedding) ->
                        settings.requireFits(id, embedding);
                case ItemWrite.Delete _, ItemWrite.SetState _, ItemWrite.SetLabels _ -> {}
            }
        }
    }

    /// Long work, one piece of it at a time.
    @FunctionalInterface
    private interface Work {
        void run() throws IOException, InterruptedException;
    }

    private byte[] maintained(Work work) throws IOException, InterruptedException {
        if (!maintenance.tryAcquire()) {
            throw new CallException(
                    Failure.OVERLOADED, "the shard is being compacted, filled or replaced");
        }
        try {
            work.run();
            state.requireOwned();
            return ItemShardProtocol.NOTHING;
        } finally {
            maintenance.release();
        }
    }

    private void beginFill(byte[] run) {
        phase.requireStage(ShardPhase.Stage.FILLING);
        mover.begin(ItemShardProtocol.number(run));
    }

    private void install(byte[] request) throws IOException, InterruptedException {
        Path snapshot = inbox.complete(SnapshotInbox.Shipment.CODEC.decode(request));
        try {
            index.install(
                    snapshot,
                    System.nanoTime() + LONG_LIMIT.toNanos(),
                    swap -> {
                        gate.writeLock().lock();
                        try {
                            state.requireOwned();
                            swap.swap();
                        } finally {
                            gate.writeLock().unlock();
                        }
                    });
        } finally {
            Files.deleteIfExists(snapshot);
        }
    }

    private void setPhase(ShardPhase next) throws IOException, InterruptedException {
        if (next.stage() == ShardPhase.Stage.READABLE) {
            catchUp();
        }
        gate.writeLock().lock();
        try {
            phase.requireMayBecome(next);
            phaseFile.write(next.toText());
            state.requireOwned();
            phase = next;
        } finally {
            gate.writeLock().unlock();
        }
    }

    private ItemShardStats stats() {
        var shard = index.stats();
        return new ItemShardStats(
                phase.stage().name(),
                store.countEstimated(),
                shard.items(),
                index.setAside(),
                store.newestPosition(),
                index.position(),
                shard.compactions());
    }

    @Override
    public void close() throws IOException {
        textFollower.ifPresent(StoreFollower::close);
        texts.ifPresent(FollowingTexts::close);
        index.close();
        store.close();
    }
}
