package dev.mobula.actors.items;

import dev.mobula.actors.runtime.CallException;
import dev.mobula.actors.runtime.Failure;
import dev.mobula.retrieval.filters.AttributeSchema;
import dev.mobula.retrieval.filters.Attributes;
import dev.mobula.retrieval.shard.IndexShard;
import dev.mobula.retrieval.shard.WriteResult;
import dev.mobula.retrieval.store.Attribute;
import dev.mobula.retrieval.store.Changes;
import dev.mobula.retrieval.store.Item;
import dev.mobula.retrieval.store.ItemChange;
import dev.mobula.retrieval.store.ItemState;
import dev.mobula.retrieval.store.ItemStore;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Keeps an index at the state of a store: one thread applies the store's changes in their order.
///
/// A writer waits for its position, so what it acknowledges can be found, or can no longer be. After a restart the
/// index continues from the position of its snapshot; when the store no longer has the changes
/// since, every stored item is applied anew.
final class IndexFollower implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(IndexFollower.class);
    private static final int PAGE = 512;
    private static final long IDLE_MILLIS = 200;
    private static final long FULL_WAIT_MILLIS = 5;

    private final ItemStore store;
    private final IndexShard index;
    private final AttributeSchema schema;
    private final Thread thread;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition moved = lock.newCondition();
    private final Condition wanted = lock.newCondition();
    private long position;
    private long wantedPosition;
    private boolean closed;
    private @Nullable RuntimeException failure;

    IndexFollower(ItemStore store, IndexShard index, AttributeSchema schema) {
        this.store = store;
        this.index = index;
        this.schema = schema;
        position = index.stats().position();
        thread = Thread.ofPlatform().name("mobula-index-follower").daemon().start(this::follow);
    }

    /// Returns when everything up to the position is findable, or gone from the index.
    void await(long target, long deadlineNanos) throws InterruptedException {
        lock.lock();
        try {
            wantedPosition = Math.max(wantedPosition, target);
            wanted.signal();
            while (position < target) {
                if (failure != null) {
                    throw new CallException(
                            Failure.UNAVAILABLE, "the index stopped following its store", failure);
                }
                long left = deadlineNanos - System.nanoTime();
                if (closed || left <= 0) {
                    throw new CallException(
                            Failure.TIMEOUT,
                            "stored at position " + target + ", the index is at " + position);
                }
                moved.await(left, TimeUnit.NANOSECONDS);
            }
        } finally {
            lock.unlock();
        }
    }

    long position() {
        lock.lock();
        try {
            return position;
        } finally {
            lock.unlock();
        }
    }

    private void follow() {
        try {
            while (waitForChanges()) {
                switch (store.changesSince(position(), PAGE)) {
                    case Changes.Page<ItemChange>(List<ItemChange> changes, long next) -> {
                        for (ItemChange change : changes) {
                            apply(change);
                        }
                        advance(next);
                    }
                    case Changes.Rebuild<ItemChange> _ -> rebuild();
                }
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException broken) {
            fail(broken);
        }
    }

    private boolean waitForChanges() throws InterruptedException {
        lock.lock();
        try {
            while (!closed && position >= Math.max(wantedPosition, store.newestPosition())) {
                wanted.await(IDLE_MILLIS, TimeUnit.MILLISECONDS);
            }
            return !closed;
        } finally {
            lock.unlock();
        }
    }

    private void rebuild() {
        LOG.info("the index reads its whole store anew");
        long reached = store.scan(this::applyStored);
        advance(reached);
    }

    private boolean applyStored(Item item) {
        put(item);
        return !isClosed();
    }

    private void apply(ItemChange change) {
        switch (change) {
            case ItemChange.Stored(long _, Item item) -> put(item);
            case ItemChange.Gone(long _, long id) -> index.delete(id);
        }
    }

    private void put(Item item) {
        if (item.state() != ItemState.VISIBLE || item.embedding().length == 0) {
            index.delete(item.id());
            return;
        }
        Attributes attributes = attributesOf(item);
        while (index.upsert(item.id(), item.embedding(), attributes) == WriteResult.FULL) {
            pauseForCompaction();
        }
    }

    private void pauseForCompaction() {
        try {
            TimeUnit.MILLISECONDS.sleep(FULL_WAIT_MILLIS);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new CallException(Failure.UNAVAILABLE, "stopped while the index was full", stop);
        }
    }

    private Attributes attributesOf(Item item) {
        List<String> columns = schema.columns();
        long[] values = new long[columns.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] =
                    switch (columns.get(i)) {
                        case ItemShardSettings.AUTHOR -> item.authorId();
                        case ItemShardSettings.CREATED -> item.createdMillis();
                        default -> wholeNumber(item.attributes().get(columns.get(i)));
                    };
        }
        return new Attributes(values);
    }

    private static long wholeNumber(@Nullable Attribute attribute) {
        return attribute instanceof Attribute.Whole(long value) ? value : 0;
    }

    private void advance(long reached) {
        index.advance(reached);
        lock.lock();
        try {
            position = reached;
            moved.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void fail(RuntimeException broken) {
        LOG.atError().setCause(broken).log("the index stops following its store");
        lock.lock();
        try {
            failure = broken;
            moved.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private boolean isClosed() {
        lock.lock();
        try {
            return closed;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            wanted.signalAll();
            moved.signalAll();
        } finally {
            lock.unlock();
        }
        thread.interrupt();
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException again) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
