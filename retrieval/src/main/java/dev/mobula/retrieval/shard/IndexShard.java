package dev.mobula.retrieval.shard;

import static dev.mobula.retrieval.RetrievalException.closed;
import static dev.mobula.retrieval.RetrievalException.invalid;

import dev.mobula.retrieval.filters.Attributes;
import dev.mobula.retrieval.frozen.BuildProgress;
import dev.mobula.retrieval.frozen.FrozenIndex;
import dev.mobula.retrieval.frozen.FrozenSearcher;
import dev.mobula.retrieval.live.LiveIndex;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/*
 * Searches read one reference, `current`, and take no lock. Writes and swaps are serialised by `writes`.
 *
 * A version of an item is in one of three places, which grow younger: snapshot, sealed live index, live index. A write
 * makes the new version findable first and the older ones unfindable after that; a search reads the oldest place first.
 * So a search that runs beside the write meets the old version, the new one or both (the younger is kept), never none.
 *
 * A compaction seals the live index, writes snapshot + sealed into a file without any lock, and swaps. What changed
 * meanwhile is in `changed`; its ids are made unfindable in the new snapshot before the swap, under the lock. A failed
 * compaction changes nothing: the sealed index stays searchable and the next compaction takes it again.
 */

/// One shard of an index: upsert, delete and search at once, over a frozen snapshot and what is newer.
///
/// ```java
/// try (IndexShard shard = IndexShard.open(folder, spec, System::nanoTime, background)) {
///     shard.upsert(42, vector, Attributes.NONE);
///     Hits hits = shard.search(query, 10, SearchOptions.DEFAULT);
/// }
/// ```
public final class IndexShard implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(IndexShard.class);
    private static final int DEAD_SHARE_MIN_ROWS = 1000;
    private static final int RETRIES_PER_COMPACTION = 4;

    private final IndexSpec spec;
    private final ShardFolder folder;
    private final LongSupplier nanoClock;
    private final Executor background;
    private final ReentrantLock writes = new ReentrantLock();
    private final ReentrantLock compacting = new ReentrantLock();
    private final AtomicBoolean scheduled = new AtomicBoolean();
    private volatile Generation current;
    private volatile boolean closed;
    private volatile @Nullable String lastFailure;
    private volatile int retryAtUsed;
    private @Nullable Set<Long> changed;
    private long position;
    private long positionAtSeal;
    private long compactions;

    private IndexShard(
            IndexSpec spec,
            ShardFolder folder,
            FrozenPart frozen,
            LongSupplier nanoClock,
            Executor background) {
        this.spec = spec;
        this.folder = folder;
        this.nanoClock = nanoClock;
        this.background = background;
        this.position = frozen.index().position();
        current = new Generation(frozen, null, newLive(spec));
    }

    /// Opens the newest snapshot of a folder, or an empty one; the folder belongs to this shard until it is closed.
    ///
    /// @param background runs compactions that start by themselves
    public static IndexShard open(
            Path path, IndexSpec spec, LongSupplier nanoClock, Executor background) {
        ShardFolder folder = ShardFolder.open(path);
        boolean opened = false;
        try {
            FrozenIndex newest = ShardSnapshots.openNewest(folder, spec);
            FrozenPart frozen = new FrozenPart(newest, nanoClock);
            IndexShard shard = new IndexShard(spec, folder, frozen, nanoClock, background);
            opened = true;
            return shard;
        } finally {
            if (!opened) {
                folder.close();
            }
        }
    }

    /// Reads every byte of the snapshot against its checksum; a shard is ready after that.
    public void verify() {
        Generation generation = enter();
        try {
            generation.frozen().verify();
        } finally {
            generation.frozen().leave();
        }
    }

    /// Makes a vector findable under an id, in place of the one before.
    public WriteResult upsert(long id, float[] vector, Attributes attributes) {
        float[] prepared = VectorChecks.prepared(spec, id, vector, attributes);
        writes.lock();
        try {
            checkOpen();
            return write(id, prepared, attributes) ? WriteResult.APPLIED : WriteResult.FULL;
        } finally {
            writes.unlock();
            compactWhenDue();
        }
    }

    /// Upserts many; all are checked before the first is written. Returns how many were: fewer than given when full.
    public int upsertAll(long[] ids, float[][] vectors, List<Attributes> attributes) {
        float[][] prepared = VectorChecks.prepared(spec, ids, vectors, attributes);
        int count = 0;
        writes.lock();
        try {
            checkOpen();
            while (count < ids.length
                    && write(ids[count], prepared[count], attributes.get(count))) {
                count++;
            }
        } finally {
            writes.unlock();
            compactWhenDue();
        }
        return count;
    }

    /// Makes an id unfindable, from now on and for every later search; false when it was not findable.
    public boolean delete(long id) {
        writes.lock();
        try {
            checkOpen();
            noteChange(id);
            Generation generation = current;
            boolean inLive = generation.live().remove(id);
            boolean inOlder = generation.killOlder(id);
            return inLive || inOlder;
        } finally {
            writes.unlock();
            compactWhenDue();
        }
    }

    /// Says that every change of the stream up to a position has been written here. The next snapshot carries it.
    public void advance(long newPosition) {
        writes.lock();
        try {
            if (newPosition < position) {
                throw invalid("position", newPosition, "must be at least " + position);
            }
            position = newPosition;
        } finally {
            writes.unlock();
        }
    }

    /// Finds the k nearest vectors.
    public Hits search(float[] query, int k, SearchOptions options) {
        return searchBatch(new float[][] {query}, k, options)[0];
    }

    /// Searches for each of several queries, with one generation and one working memory.
    public Hits[] searchBatch(float[][] queries, int k, SearchOptions options) {
        checkResults(k);
        Generation generation = enter();
        try {
            FrozenSearcher searcher = generation.frozen().borrow();
            try {
                Hits[] answers = new Hits[queries.length];
                for (int i = 0; i < answers.length; i++) {
                    float[] prepared = searcher.prepared(queries[i]);
                    answers[i] =
                            GenerationSearch.search(generation, searcher, prepared, k, options);
                }
                return answers;
            } finally {
                generation.frozen().giveBack(searcher);
            }
        } finally {
            generation.frozen().leave();
        }
    }

    /// Merges everything into a new snapshot and swaps it in. Waits for a compaction that is running.
    public void compact(BuildProgress progress) {
        compacting.lock();
        try {
            Generation generation = seal();
            Path file = folder.after(generation.frozen().index().file());
            boolean swapped = false;
            try {
                new Compaction(spec, generation)
                        .write(file, positionAtSeal, stoppedByClose(progress));
                swapIn(file, generation.frozen());
                swapped = true;
            } finally {
                if (!swapped) {
                    folder.delete(file);
                }
            }
        } catch (RuntimeException failure) {
            noteFailure(failure);
            throw failure;
        } finally {
            compacting.unlock();
        }
    }

    public ShardStats stats() {
        Generation generation = enter();
        writes.lock();
        try {
            return generation.stats(compactions, Optional.ofNullable(lastFailure));
        } finally {
            writes.unlock();
            generation.frozen().leave();
        }
    }

    /// Ends a running compaction, waits for it, and unmaps the snapshot after the last search in flight.
    @Override
    public void close() {
        writes.lock();
        try {
            if (closed) {
                return;
            }
            closed = true;
        } finally {
            writes.unlock();
        }
        compacting.lock();
        try {
            current.frozen().leave();
        } finally {
            compacting.unlock();
            folder.close();
        }
    }

    /* Enters the snapshot in force; a search that enters keeps it mapped until it leaves. */
    private Generation enter() {
        while (true) {
            checkOpen();
            Generation generation = current;
            if (generation.frozen().enter()) {
                return generation;
            }
        }
    }

    private boolean write(long id, float[] prepared, Attributes attributes) {
        Generation generation = current;
        if (!generation.live().put(id, prepared, attributes)) {
            return false;
        }
        noteChange(id);
        generation.killOlder(id);
        return true;
    }

    private void noteChange(long id) {
        if (changed != null) {
            changed.add(id);
        }
    }

    private Generation seal() {
        writes.lock();
        try {
            checkOpen();
            changed = new HashSet<>();
            Generation generation = current;
            if (generation.sealed() == null) {
                positionAtSeal = position;
                current = new Generation(generation.frozen(), generation.live(), newLive(spec));
            }
            return current;
        } finally {
            writes.unlock();
        }
    }

    private void swapIn(Path file, FrozenPart before) {
        FrozenPart next = new FrozenPart(FrozenIndex.open(file), nanoClock);
        boolean swapped = false;
        try {
            next.verify();
            writes.lock();
            try {
                checkOpen();
                if (changed != null) {
                    changed.forEach(next::kill);
                }
                changed = null;
                current = new Generation(next, null, current.live());
                compactions++;
                lastFailure = null;
                retryAtUsed = 0;
                swapped = true;
            } finally {
                writes.unlock();
            }
        } finally {
            if (!swapped) {
                next.leave();
            }
        }
        before.supersede();
    }

    private void noteFailure(RuntimeException failure) {
        writes.lock();
        try {
            changed = null;
            lastFailure = String.valueOf(failure.getMessage());
            int later = current.live().used() + spec.compactAt() / RETRIES_PER_COMPACTION;
            retryAtUsed = Math.min(later, spec.liveCapacity());
        } finally {
            writes.unlock();
        }
    }

    private void compactWhenDue() {
        if (closed || !isDue() || !scheduled.compareAndSet(false, true)) {
            return;
        }
        try {
            background.execute(this::compactInBackground);
        } catch (RejectedExecutionException refused) {
            scheduled.set(false);
            LOG.warn("the executor refused a compaction; the next write asks again", refused);
        }
    }

    private boolean isDue() {
        Generation generation = current;
        if (generation.live().used() < retryAtUsed) {
            return false;
        }
        int dead = generation.frozen().dead().count();
        return generation.live().used() >= spec.compactAt()
                || (dead >= DEAD_SHARE_MIN_ROWS && dead > generation.frozen().index().count() / 4);
    }

    private void compactInBackground() {
        try {
            compact(BuildProgress.SILENT);
        } catch (RuntimeException failure) {
            if (closed) {
                LOG.info("compaction ended by close: {}", failure.getMessage());
            } else {
                LOG.error("compaction failed; the shard goes on with what it has", failure);
            }
        } finally {
            scheduled.set(false);
        }
    }

    private BuildProgress stoppedByClose(BuildProgress progress) {
        return (stage, done, total) -> {
            if (closed) {
                throw new CancellationException("the index shard was closed");
            }
            progress.advanced(stage, done, total);
        };
    }

    private void checkOpen() {
        if (closed) {
            throw closed("index shard");
        }
    }

    private static void checkResults(int k) {
        if (k < 1 || k > IndexSpec.RESULTS_MAX) {
            throw invalid("k", k, "must be in 1.." + IndexSpec.RESULTS_MAX);
        }
    }

    private static LiveIndex newLive(IndexSpec spec) {
        return new LiveIndex(spec.metric(), spec.dimension(), spec.schema(), spec.liveCapacity());
    }
}
