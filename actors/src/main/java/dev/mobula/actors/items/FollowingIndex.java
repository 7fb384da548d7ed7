package dev.mobula.actors.items;

import dev.mobula.retrieval.RetrievalException;
import dev.mobula.retrieval.shard.IndexShard;
import dev.mobula.retrieval.shard.WriteResult;
import dev.mobula.retrieval.store.Item;
import dev.mobula.retrieval.store.ItemState;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A vector index as something that follows a store: it finds the visible items that have an embedding in its view of them.
final class FollowingIndex implements StoreFollower.Derived {
    private static final Logger LOG = LoggerFactory.getLogger(FollowingIndex.class);
    private static final long FULL_WAIT_MILLIS = 5;

    private final IndexShard index;
    private final ItemShardSettings settings;
    private final UnaryOperator<Item> view;
    private final AtomicLong setAside = new AtomicLong();
    private volatile boolean ending;

    /// @param view an item with the embedding that it has here
    FollowingIndex(IndexShard index, ItemShardSettings settings, UnaryOperator<Item> view) {
        this.index = index;
        this.settings = settings;
        this.view = view;
    }

    /// Stored items that the index cannot hold: they were stored under other settings.
    long setAside() {
        return setAside.get();
    }

    static boolean isFindable(Item item) {
        return item.state() == ItemState.VISIBLE && item.embedding().length != 0;
    }

    @Override
    public String name() {
        return "the index";
    }

    @Override
    public long position() {
        return index.stats().position();
    }

    @Override
    public void put(Item stored) throws InterruptedException {
        Item item = view.apply(stored);
        if (!isFindable(item)) {
            index.delete(item.id());
            return;
        }
        try {
            settings.requireFits(item);
        } catch (RetrievalException misfit) {
            index.delete(item.id());
            setAside.incrementAndGet();
            LOG.warn("item {} cannot be found: {}", item.id(), misfit.getMessage());
            return;
        }
        while (index.upsert(item.id(), item.embedding(), settings.attributesOf(item))
                == WriteResult.FULL) {
            if (ending) {
                throw new InterruptedException("the index was full to the end");
            }
            TimeUnit.MILLISECONDS.sleep(FULL_WAIT_MILLIS);
        }
    }

    @Override
    public void ending() {
        ending = true;
    }

    @Override
    public void delete(long id) {
        index.delete(id);
    }

    @Override
    public void reached(long position) {
        index.advance(position);
    }
}
