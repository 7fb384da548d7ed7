package dev.mobula.actors.ranker;

import dev.mobula.actors.items.ItemStream;
import dev.mobula.actors.runtime.Cluster;
import dev.mobula.actors.shards.ShardLayout;
import dev.mobula.ranking.features.FeatureLayout;
import dev.mobula.ranking.features.ItemColumns;
import dev.mobula.ranking.features.StoredItems;
import dev.mobula.retrieval.store.Item;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.LongPredicate;

/// All items' rows as one schema has them, kept at the state of every item shard. Models of one schema share it.
///
/// It starts at the beginning of the shards' streams, so a ranker that restarts reads everything again.
final class ResidentItems implements AutoCloseable {
    private static final long POLL_MILLIS = 2;

    private final ItemColumns columns;
    private final ItemStream stream;
    private final RankerMeters.Following meters;

    ResidentItems(
            FeatureLayout layout,
            Cluster cluster,
            ShardLayout shards,
            int itemsMax,
            RankerMeters meters) {
        columns = new ItemColumns(layout, itemsMax);
        stream =
                new ItemStream(
                        cluster, shards, new Rows(columns, new StoredItems(layout.schema())));
        this.meters = meters.follow(this);
    }

    private record Rows(ItemColumns columns, StoredItems reading) implements ItemStream.Listener {
        @Override
        public void stored(Item item) {
            columns.apply(reading.read(0, item));
        }

        @Override
        public void gone(long id) {
            columns.delete(id);
        }

        @Override
        public void readAnew(LongPredicate owned, Set<Long> shown) {
            for (long id : columns.ids()) {
                if (owned.test(id) && !shown.contains(id)) {
                    columns.delete(id);
                }
            }
        }
    }

    ItemColumns columns() {
        return columns;
    }

    String schema() {
        return columns.layout().fingerprint();
    }

    /// Changes that the shards have told of and that were not read yet.
    long lag() {
        return status().stream().mapToLong(RankerStatus.Following::lag).sum();
    }

    /// Waits until every shard was read up to where it then was. False when the time is over.
    boolean awaitCaughtUp(Duration limit) throws InterruptedException {
        long deadline = System.nanoTime() + limit.toNanos();
        while (!stream.caughtUp()) {
            if (System.nanoTime() > deadline) {
                return false;
            }
            Thread.sleep(POLL_MILLIS);
        }
        return true;
    }

    List<RankerStatus.Following> status() {
        return stream.reached().stream()
                .map(
                        it ->
                                new RankerStatus.Following(
                                        schema(),
                                        it.shard(),
                                        it.position(),
                                        it.newest(),
                                        columns.size(),
                                        columns.rejectedCount()))
                .toList();
    }

    @Override
    public void close() {
        stream.close();
        meters.close();
    }
}
