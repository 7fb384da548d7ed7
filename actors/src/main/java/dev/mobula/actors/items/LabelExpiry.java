package dev.mobula.actors.items;

import dev.mobula.actors.runtime.CallException;
import dev.mobula.retrieval.RetrievalException;
import dev.mobula.retrieval.store.Changes;
import dev.mobula.retrieval.store.Item;
import dev.mobula.retrieval.store.ItemChange;
import dev.mobula.retrieval.store.ItemStore;
import dev.mobula.retrieval.store.ItemWrite;
import dev.mobula.retrieval.store.Label;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Takes labels off a shard's items when their time is over.
///
/// It does so by a write like any other, so that the index, the rankers and whoever else follows the shard obey it
/// alike. It remembers one time for each item whose labels end, and learns them from the store.
final class LabelExpiry implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LabelExpiry.class);
    private static final long IDLE_MILLIS = 100;
    private static final int PAGE = 512;
    private static final int WRITES_MAX = 500;

    private final ItemStore store;
    private final Consumer<List<ItemWrite>> writer;
    private final LongSupplier clockMillis;
    private final TreeSet<Due> queue =
            new TreeSet<>(Comparator.comparingLong(Due::atMillis).thenComparingLong(Due::id));
    private final Map<Long, Due> known = new HashMap<>();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread thread;
    private long position;

    /// When the first of an item's labels ends.
    private record Due(long atMillis, long id) {}

    /// @param writer stores writes; one that throws is asked again
    LabelExpiry(ItemStore store, Consumer<List<ItemWrite>> writer, LongSupplier clockMillis) {
        this.store = store;
        this.writer = writer;
        this.clockMillis = clockMillis;
        thread = Thread.ofPlatform().name("mobula-labels").daemon().start(this::run);
    }

    private void run() {
        try {
            readAll();
            do {
                follow();
                takeOff();
            } while (!closed.await(IDLE_MILLIS, TimeUnit.MILLISECONDS));
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        } catch (RetrievalException broken) {
            LOG.atError().setCause(broken).log("labels no longer end by themselves");
        }
    }

    private void readAll() {
        queue.clear();
        known.clear();
        position =
                store.scan(
                        item -> {
                            note(item);
                            return !isClosed();
                        });
    }

    private void follow() {
        while (!isClosed() && position < store.newestPosition()) {
            switch (store.changesSince(position, PAGE)) {
                case Changes.Page<ItemChange>(List<ItemChange> changes, long next) -> {
                    changes.forEach(this::note);
                    position = next;
                }
                case Changes.Rebuild<ItemChange> _ -> readAll();
            }
        }
    }

    private void note(ItemChange change) {
        switch (change) {
            case ItemChange.Stored(long _, Item item) -> note(item);
            case ItemChange.Gone(long _, long id) -> forget(id);
        }
    }

    private void note(Item item) {
        forget(item.id());
        long first = Label.NEVER;
        for (Label label : item.labels()) {
            first = Math.min(first, label.expiresMillis());
        }
        if (first != Label.NEVER) {
            Due due = new Due(first, item.id());
            queue.add(due);
            known.put(due.id(), due);
        }
    }

    private void forget(long id) {
        Due due = known.remove(id);
        if (due != null) {
            queue.remove(due);
        }
    }

    private void takeOff() {
        long now = clockMillis.getAsLong();
        List<ItemWrite> writes = dueAt(now);
        while (!writes.isEmpty() && !isClosed()) {
            try {
                writer.accept(writes);
            } catch (CallException | RetrievalException notNow) {
                LOG.debug("labels of {} items end later", writes.size(), notNow);
                return;
            }
            writes.forEach(write -> forget(write.id()));
            writes = dueAt(now);
        }
    }

    private List<ItemWrite> dueAt(long now) {
        List<ItemWrite> writes = new ArrayList<>();
        for (Due due : queue) {
            if (due.atMillis() > now || writes.size() == WRITES_MAX) {
                break;
            }
            writes.add(new ItemWrite.ExpireLabels(due.id(), now));
        }
        return writes;
    }

    private boolean isClosed() {
        return closed.getCount() == 0;
    }

    /// Ends before the store is closed.
    @Override
    public void close() {
        closed.countDown();
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
