package dev.mobula.actors.items;

import dev.mobula.actors.runtime.CallException;
import dev.mobula.actors.runtime.Failure;
import dev.mobula.retrieval.store.Changes;
import dev.mobula.retrieval.store.Item;
import dev.mobula.retrieval.store.ItemChange;
import dev.mobula.retrieval.store.ItemStore;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Keeps something derived at the state of a store: one thread applies the store's changes in their order.
///
/// A writer waits for its position, so what it acknowledges can be found, or can no longer be. After a restart it
/// goes on from where the derived thing stands; when the store no longer has the changes since, every stored item is
/// applied anew.
final class StoreFollower implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(StoreFollower.class);
    private static final int PAGE = 512;
    private static final long IDLE_MILLIS = 200;
    private static final int ITEMS_BETWEEN_REPORTS = 100_000;

    /// What follows a store. Called from one thread.
    interface Derived {
        /// What it is called in messages.
        String name();

        /// The position it already stands at.
        long position();

        /// The item is now this.
        void put(Item item) throws InterruptedException;

        /// The follower is about to end: whatever waits in [#put] gives up with an [InterruptedException].
        default void ending() {}

        /// The item is gone.
        void delete(long id);

        /// Every change up to here was applied.
        void reached(long position);
    }

    private final ItemStore store;
    private final Derived derived;
    private final Thread thread;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition moved = lock.newCondition();
    private final Condition wanted = lock.newCondition();
    private long position;
    private long wantedPosition;
    private boolean closed;
    private @Nullable RuntimeException failure;

    StoreFollower(ItemStore store, Derived derived) {
        this.store = store;
        this.derived = derived;
        position = derived.position();
        thread =
                Thread.ofPlatform()
                        .name("mobula-follower-" + derived.name())
                        .daemon()
                        .start(this::follow);
    }

    /// Returns when everything up to the position is applied.
    void await(long target, long deadlineNanos) throws InterruptedException {
        lock.lock();
        try {
            wantedPosition = Math.max(wantedPosition, target);
            wanted.signal();
            while (position < target) {
                if (failure != null) {
                    throw new CallException(
                            Failure.UNAVAILABLE,
                            derived.name() + " stopped following its store",
                            failure);
                }
                long left = deadlineNanos - System.nanoTime();
                if (closed || left <= 0) {
                    throw new CallException(
                            Failure.TIMEOUT,
                            "stored at position "
                                    + target
                                    + ", "
                                    + derived.name()
                                    + " is at "
                                    + position);
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

    private void apply(ItemChange change) throws InterruptedException {
        switch (change) {
            case ItemChange.Stored(long _, Item item) -> derived.put(item);
            case ItemChange.Gone(long _, long id) -> derived.delete(id);
        }
    }

    private void rebuild() throws InterruptedException {
        LOG.info("{} reads its whole store anew", derived.name());
        Rebuild rebuild = new Rebuild();
        long reached = store.scan(rebuild::take);
        if (rebuild.interrupted) {
            throw new InterruptedException();
        }
        if (!isClosed()) {
            advance(reached);
        }
    }

    /// A scan that applies every item, says how far it is, and stops when told to.
    private final class Rebuild {
        private final long about = store.countEstimated();
        private long items;
        private boolean interrupted;

        boolean take(Item item) {
            try {
                derived.put(item);
            } catch (InterruptedException stop) {
                interrupted = true;
                return false;
            }
            if (++items % ITEMS_BETWEEN_REPORTS == 0) {
                LOG.info("{}: {} of about {} items", derived.name(), items, about);
            }
            return !isClosed();
        }
    }

    private void advance(long reached) {
        derived.reached(reached);
        lock.lock();
        try {
            position = reached;
            moved.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void fail(RuntimeException broken) {
        LOG.atError().setCause(broken).log("{} stops following its store", derived.name());
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
        // No interrupt: it would close files under the one it finds reading.
        derived.ending();
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
