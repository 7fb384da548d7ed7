package dev.mobula.actors.items;

import dev.mobula.actors.runtime.AtomicFile;
import dev.mobula.retrieval.RetrievalException;
import dev.mobula.retrieval.frozen.BuildProgress;
import dev.mobula.retrieval.frozen.FrozenIndex;
import dev.mobula.retrieval.shard.Hits;
import dev.mobula.retrieval.shard.IndexShard;
import dev.mobula.retrieval.shard.SearchOptions;
import dev.mobula.retrieval.shard.ShardStats;
import dev.mobula.retrieval.store.Item;
import dev.mobula.retrieval.store.ItemStore;
import dev.mobula.retrieval.vectors.RowBits;
import dev.mobula.training.durable.Folders;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A vector index of a shard: it follows the store, and can be replaced whole by a snapshot made elsewhere.
///
/// The index is derived. A damaged snapshot is set aside, loudly, and the store is read anew.
final class ShardIndex implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ShardIndex.class);
    private static final String FIRST = "index";
    private static final String FOLDERS = "index*";
    private static final String DAMAGED = "damaged-index";
    private static final String FIRST_SNAPSHOT = "snapshot-000000000001.index";

    private final Path root;
    private final ItemShardSettings settings;
    private final ItemStore store;
    private final UnaryOperator<Item> view;
    private final AtomicFile pointer;
    private final ExecutorService compactions;
    private volatile Current current;

    /// What searches and writers use: replaced as one.
    private record Current(
            Path folder, IndexShard shard, FollowingIndex following, StoreFollower follower) {
        void close() {
            follower.close();
            shard.close();
        }
    }

    /// @param view an item with the embedding that this index finds it by
    ShardIndex(Path root, ItemShardSettings settings, ItemStore store, UnaryOperator<Item> view)
            throws IOException {
        this.root = root;
        this.settings = settings;
        this.store = store;
        this.view = view;
        pointer = new AtomicFile(root.resolve("index.name"));
        compactions =
                Executors.newSingleThreadExecutor(
                        Thread.ofPlatform().name("mobula-compaction").daemon().factory());
        Path folder = root.resolve(pointer.read().orElse(FIRST));
        deleteOthers(folder);
        current = follow(folder, openOrBeginAnew(folder));
    }

    private IndexShard openOrBeginAnew(Path folder) throws IOException {
        try {
            return openVerified(folder);
        } catch (RetrievalException damaged) {
            if (damaged.code() != RetrievalException.Code.CORRUPT) {
                throw damaged;
            }
            Path aside = root.resolve(DAMAGED);
            LOG.atError()
                    .setCause(damaged)
                    .log("index damaged; {} keeps it, the store is read anew", aside);
            if (Files.exists(aside)) {
                Folders.delete(aside);
            }
            Files.move(folder, aside);
            return openVerified(folder);
        }
    }

    private IndexShard openVerified(Path folder) {
        IndexShard shard =
                IndexShard.open(folder, settings.indexSpec(), System::nanoTime, compactions);
        boolean verified = false;
        try {
            shard.verify();
            verified = true;
            return shard;
        } finally {
            if (!verified) {
                shard.close();
            }
        }
    }

    private Current follow(Path folder, IndexShard shard) {
        FollowingIndex following = new FollowingIndex(shard, settings, view);
        return new Current(folder, shard, following, new StoreFollower(store, following));
    }

    /// Returns when the index shows everything that the store holds up to a position.
    void await(long position, long deadlineNanos) throws InterruptedException {
        current.follower().await(position, deadlineNanos);
    }

    Hits search(float[] query, int k, SearchOptions options) {
        while (true) {
            Current asked = current;
            try {
                return asked.shard().search(query, k, options);
            } catch (RetrievalException failed) {
                if (failed.code() != RetrievalException.Code.CLOSED
                        || asked.shard() == current.shard()) {
                    throw failed;
                }
            }
        }
    }

    void compact(BuildProgress progress) {
        current.shard().compact(progress);
    }

    /// Why the last compaction failed; empty when it did not.
    String trouble() {
        return stats().lastFailure().map(why -> "the last compaction failed: " + why).orElse("");
    }

    ShardStats stats() {
        return current.shard().stats();
    }

    long position() {
        return current.follower().position();
    }

    long setAside() {
        return current.following().setAside();
    }

    /// What runs while nothing is written.
    @FunctionalInterface
    interface Quiet {
        void run(Swap swap) throws InterruptedException, IOException;
    }

    /// The last step of an installation.
    @FunctionalInterface
    interface Swap {
        void swap() throws InterruptedException, IOException;
    }

    /// Opens a snapshot of this shard's items in place of the index, once it shows all that the store holds. The file
    /// becomes the index's own. Searches and writes go on meanwhile.
    ///
    /// @param quiet runs the last step while no write is under way
    void install(Path snapshot, long deadlineNanos, Quiet quiet)
            throws IOException, InterruptedException {
        Path folder = nextFolder();
        Current next = prepare(snapshot, folder);
        boolean swapped = false;
        try {
            next.follower().await(store.newestPosition(), deadlineNanos);
            quiet.run(
                    () -> {
                        next.follower().await(store.newestPosition(), deadlineNanos);
                        pointer.write(String.valueOf(folder.getFileName()));
                    });
            Current before = current;
            current = next;
            swapped = true;
            before.close();
            Folders.delete(before.folder());
        } finally {
            if (!swapped) {
                next.close();
                Folders.delete(folder);
            }
        }
    }

    private Path nextFolder() {
        int number = 2;
        while (Files.exists(root.resolve(FIRST + "-" + number))) {
            number++;
        }
        return root.resolve(FIRST + "-" + number);
    }

    private Current prepare(Path snapshot, Path folder) throws IOException, InterruptedException {
        Differences differences;
        try (FrozenIndex index = FrozenIndex.open(snapshot)) {
            index.verify();
            if (index.position() > store.newestPosition()) {
                throw RetrievalException.invalid(
                        "position of " + snapshot.getFileName(),
                        index.position(),
                        "must be at most the store's, " + store.newestPosition());
            }
            differences = differences(index);
        }
        Files.createDirectories(folder);
        Files.move(snapshot, folder.resolve(FIRST_SNAPSHOT));
        IndexShard shard = openVerified(folder);
        boolean ready = false;
        try {
            FollowingIndex following = new FollowingIndex(shard, settings, view);
            differences.strays().forEach(shard::delete);
            for (Item item : differences.missing()) {
                following.put(item);
            }
            ready = true;
        } finally {
            if (!ready) {
                shard.close();
                Folders.delete(folder);
            }
        }
        return follow(folder, shard);
    }

    /// What a snapshot shows and the store does not have, and the other way round.
    private record Differences(List<Long> strays, List<Item> missing) {}

    private Differences differences(FrozenIndex index) {
        RowBits stored = new RowBits(index.count());
        List<Item> missing = new ArrayList<>();
        store.scan(
                item -> {
                    if (FollowingIndex.isFindable(view.apply(item))) {
                        OptionalInt row = index.row(item.id());
                        if (row.isPresent()) {
                            stored.add(row.getAsInt());
                        } else {
                            missing.add(item);
                        }
                    }
                    return true;
                });
        List<Long> strays = new ArrayList<>();
        for (int row = 0; row < index.count(); row++) {
            if (!stored.contains(row)) {
                strays.add(index.id(row));
            }
        }
        return new Differences(strays, missing);
    }

    private void deleteOthers(Path folder) throws IOException {
        try (DirectoryStream<Path> folders = Files.newDirectoryStream(root, FOLDERS)) {
            for (Path other : folders) {
                if (!other.equals(folder) && Files.isDirectory(other)) {
                    Folders.delete(other);
                }
            }
        }
    }

    @Override
    public void close() {
        current.close();
        compactions.shutdown();
    }
}
