package dev.mobula.actors.ranker;

import dev.mobula.actors.items.ItemShards;
import dev.mobula.ranking.features.FeatureLayout;
import dev.mobula.ranking.features.ItemColumns;
import dev.mobula.ranking.features.StoredItems;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// All items' rows as one schema has them, kept at the state of every item shard. Models of one schema share it.
final class ResidentItems implements AutoCloseable {
    private static final long POLL_MILLIS = 2;

    private final ItemColumns columns;
    private final List<ShardFollower> followers = new ArrayList<>();
    private final RankerMeters.Following meters;

    ResidentItems(FeatureLayout layout, ItemShards shards, int itemsMax, RankerMeters meters) {
        columns = new ItemColumns(layout, itemsMax);
        StoredItems reading = new StoredItems(layout.schema());
        for (int shard = 0; shard < shards.shards().size(); shard++) {
            followers.add(new ShardFollower(shards, shard, columns, reading));
        }
        this.meters = meters.follow(this);
    }

    ItemColumns columns() {
        return columns;
    }

    List<ShardFollower> followers() {
        return List.copyOf(followers);
    }

    String schema() {
        return columns.layout().fingerprint();
    }

    /// Waits until every shard was read up to where it then was. False when the time is over.
    boolean awaitCaughtUp(Duration limit) throws InterruptedException {
        long deadline = System.nanoTime() + limit.toNanos();
        while (!followers.stream().allMatch(ShardFollower::caughtUp)) {
            if (System.nanoTime() > deadline) {
                return false;
            }
            Thread.sleep(POLL_MILLIS);
        }
        return true;
    }

    List<RankerStatus.Following> status() {
        return followers.stream()
                .map(
                        it ->
                                new RankerStatus.Following(
                                        schema(),
                                        it.name(),
                                        it.position(),
                                        it.newest(),
                                        columns.size(),
                                        columns.rejectedCount()))
                .toList();
    }

    @Override
    public void close() {
        followers.forEach(ShardFollower::close);
        meters.close();
    }
}
