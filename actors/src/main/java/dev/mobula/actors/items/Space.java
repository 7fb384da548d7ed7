package dev.mobula.actors.items;

import dev.mobula.actors.runtime.CallException;
import dev.mobula.actors.shards.Steps;
import dev.mobula.actors.spaces.SpaceVectors;
import dev.mobula.retrieval.RetrievalException;
import dev.mobula.retrieval.shard.Hits;
import dev.mobula.retrieval.shard.SearchOptions;
import dev.mobula.retrieval.store.ItemStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/*
 * An index of its own over the same store: it follows the store's changes as the shard's own index does, and differs only in
 * the vector that it takes an item to have. So a deleted item is out of it and a restored one back in it without a second
 * list of what there is.
 *
 * It is filled in the background. Once it is near the store's end, writers begin to wait for it; whatever was stored before
 * that is below a position that is awaited then; and only after that it answers. So from its first answer on, it shows
 * every acknowledged write.
 */
/// The items of one shard in another space than that of the vectors they are stored with.
final class Space implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Space.class);
    private static final String VECTORS = "vectors";
    private static final String SOURCE = "source";
    private static final Duration FILL_LIMIT = Duration.ofSeconds(10);
    private static final Duration WRITE_LIMIT = Duration.ofSeconds(5);

    private final String name;
    private final String source;
    private final SpaceVectors vectors;
    private final ShardIndex index;
    private final ItemStore store;
    private Steps filling;
    private boolean closed;
    private volatile boolean awaited;
    private volatile boolean ready;

    private Space(
            String name, String source, SpaceVectors vectors, ShardIndex index, ItemStore store) {
        this.name = name;
        this.source = source;
        this.vectors = vectors;
        this.index = index;
        this.store = store;
        filling = fillingSteps();
    }

    /// Lays down what a space is made of: its part of the vectors, and where all of them were.
    static void write(Path folder, SpaceInstall install) throws IOException {
        Files.createDirectories(folder);
        Path staged = Path.of(install.folder());
        try (SpaceVectors all = SpaceVectors.open(staged.resolve(VECTORS))) {
            all.writePart(folder.resolve(VECTORS), install::owns);
        }
        Files.writeString(folder.resolve(SOURCE), install.folder());
    }

    /// Opens a space, which fills itself from then on.
    static Space open(Path folder, ItemShardSettings settings, ItemStore store) throws IOException {
        SpaceVectors vectors = SpaceVectors.open(folder.resolve(VECTORS));
        boolean opened = false;
        try {
            ItemShardSettings own =
                    new ItemShardSettings(
                            vectors.dimension(),
                            vectors.metric(),
                            settings.attributes(),
                            List.of());
            ShardIndex index =
                    new ShardIndex(
                            folder,
                            own,
                            store,
                            item -> item.withEmbedding(vectors.find(item.id())));
            String source = Files.readString(folder.resolve(SOURCE));
            Space space = new Space(folder.getFileName().toString(), source, vectors, index, store);
            opened = true;
            space.filling.start();
            return space;
        } finally {
            if (!opened) {
                vectors.close();
            }
        }
    }

    private Steps fillingSteps() {
        return new Steps(
                Thread.ofVirtual().name("mobula-space-" + name),
                "space " + name,
                () -> {
                    try {
                        catchUp(System.nanoTime() + FILL_LIMIT.toNanos());
                    } catch (InterruptedException stop) {
                        Thread.currentThread().interrupt();
                    }
                    return Optional.empty();
                });
    }

    /// Returns when it shows all that is stored, and will show whatever is acknowledged from then on.
    void catchUp(long deadlineNanos) throws InterruptedException {
        index.await(store.newestPosition(), deadlineNanos);
        awaited = true;
        index.await(store.newestPosition(), deadlineNanos);
        ready = true;
    }

    /// Has a write wait until it can be found here. A space that does not keep up answers nothing until it does, and no
    /// write fails for it.
    void await(long position) throws InterruptedException {
        if (!awaited) {
            return;
        }
        try {
            index.await(position, System.nanoTime() + WRITE_LIMIT.toNanos());
        } catch (CallException behind) {
            fillAgain(behind);
        }
    }

    private synchronized void fillAgain(CallException behind) {
        if (closed || !awaited) {
            return;
        }
        LOG.warn("space {} is out of use until it has caught up: {}", name, behind.getMessage());
        ready = false;
        awaited = false;
        filling = fillingSteps();
        filling.start();
    }

    boolean isReady() {
        return ready;
    }

    Hits search(float[] query, int k, SearchOptions options) {
        try {
            return index.search(query, k, options);
        } catch (RetrievalException failed) {
            throw failed.code() == RetrievalException.Code.CLOSED
                    ? ShardSpaces.notHere(name)
                    : failed;
        }
    }

    /// An item's vector here; empty when it has none.
    float[] vector(long id) {
        try {
            return vectors.find(id);
        } catch (IllegalStateException retired) {
            throw ShardSpaces.notHere(name);
        }
    }

    SpaceStatus status(int findableInBase) {
        int findable = index.stats().items();
        synchronized (this) {
            return new SpaceStatus(
                    name,
                    source,
                    ready,
                    vectors.count(),
                    findable,
                    Math.max(0, findableInBase - findable),
                    filling.failure());
        }
    }

    /// Waits for the last search in it.
    @Override
    public void close() {
        synchronized (this) {
            closed = true;
            ready = false;
            awaited = false;
            filling.close();
        }
        index.close();
        vectors.close();
    }
}
