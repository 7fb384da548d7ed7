package dev.mobula.retrieval.shard;

import dev.mobula.retrieval.frozen.FrozenIndex;
import dev.mobula.retrieval.frozen.FrozenSearcher;
import dev.mobula.retrieval.vectors.RowBits;
import java.io.IOException;
import java.nio.file.Files;
import java.util.OptionalInt;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/*
 * Counts its users: one for the shard that owns it, one for each search in flight. The last to leave unmaps the file, so
 * a swap never takes memory from under a search. The count never rises from zero.
 */

/// One snapshot in use: the index, which of its rows are dead, and working memory for its searches.
final class FrozenPart {
    private static final Logger LOG = LoggerFactory.getLogger(FrozenPart.class);
    private static final int IDLE_SEARCHERS_MAX = 64;

    private final FrozenIndex index;
    private final RowBits dead;
    private final FilterCache filters;
    private final LongSupplier nanoClock;
    private final BlockingQueue<FrozenSearcher> idle = new ArrayBlockingQueue<>(IDLE_SEARCHERS_MAX);
    private final AtomicInteger users = new AtomicInteger(1);
    private volatile boolean verified;
    private volatile boolean superseded;

    FrozenPart(FrozenIndex index, LongSupplier nanoClock) {
        this.index = index;
        this.nanoClock = nanoClock;
        dead = new RowBits(index.count());
        filters = new FilterCache(index);
    }

    FrozenIndex index() {
        return index;
    }

    RowBits dead() {
        return dead;
    }

    FilterCache filters() {
        return filters;
    }

    boolean isVerified() {
        return verified;
    }

    void verify() {
        index.verify();
        verified = true;
    }

    /// Makes an id's row unfindable; false when it has none or was dead.
    boolean kill(long id) {
        OptionalInt row = index.row(id);
        return row.isPresent() && dead.add(row.getAsInt());
    }

    FrozenSearcher borrow() {
        FrozenSearcher searcher = idle.poll();
        return searcher == null ? index.searcher(nanoClock) : searcher;
    }

    void giveBack(FrozenSearcher searcher) {
        if (!idle.offer(searcher)) {
            LOG.debug("{} searchers are idle already", IDLE_SEARCHERS_MAX);
        }
    }

    /// Enters; false when the part is already gone.
    boolean enter() {
        for (int count = users.get(); count > 0; count = users.get()) {
            if (users.compareAndSet(count, count + 1)) {
                return true;
            }
        }
        return false;
    }

    void leave() {
        if (users.decrementAndGet() == 0) {
            index.close();
            if (superseded) {
                delete();
            }
        }
    }

    /// The owner leaves for good and the file goes with the last user.
    void supersede() {
        superseded = true;
        leave();
    }

    private void delete() {
        try {
            Files.deleteIfExists(index.file());
        } catch (IOException failure) {
            LOG.warn("{} stays until the shard is opened again", index.file(), failure);
        }
    }
}
