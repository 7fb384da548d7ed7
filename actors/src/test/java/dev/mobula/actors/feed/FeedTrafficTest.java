package dev.mobula.actors.feed;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mobula.actors.items.ItemShardSettings;
import dev.mobula.actors.items.ItemShards;
import dev.mobula.actors.ranker.RankerSettings;
import dev.mobula.actors.ranker.Rankers;
import dev.mobula.actors.runtime.InJvmCluster;
import dev.mobula.actors.users.UserShards;
import dev.mobula.retrieval.store.Item;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Nothing that is forbidden is ever shown, whatever is written meanwhile.
final class FeedTrafficTest {
    private static final int ITEMS = 1_000;
    private static final int AUTHORS = 100;
    private static final int USERS = 500;

    @TempDir private Path state;

    private static Item item(long id) {
        double angle = 2 * Math.PI * id / ITEMS;
        return Item.of(id, 1_000_000 + id % AUTHORS, 1_000 + id)
                .withEmbedding(new float[] {(float) Math.cos(angle), (float) Math.sin(angle)});
    }

    private long[] traffic(int requests) throws Exception {
        try (InJvmCluster cluster = new InJvmCluster(Optional.of(state))) {
            ItemShards items = ItemShards.spawn(cluster, "items", 2, ItemShardSettings.of(2));
            items.put(LongStream.rangeClosed(1, ITEMS).mapToObj(FeedTrafficTest::item).toList())
                    .join();
            UserShards users = UserShards.spawn(cluster, "users", 2);
            Rankers rankers =
                    Rankers.spawn(cluster, "ranker", 1, RankerSettings.following(items.layout()));
            FeedParts parts =
                    FeedParts.of(cluster, items, rankers).withPeople(new UserPeople(users));
            FeedSettings settings =
                    FeedSettings.within(Duration.ofSeconds(20))
                            .withValue("similarity")
                            .withPerAuthorMax(2)
                            .withCandidates(100);
            try (Feed feed = Feed.open(parts, settings, InstantSource.system(), 1)) {
                return new RandomTraffic(
                                feed, items, users, FeedTrafficTest::item, USERS, requests, 5)
                        .run(requests);
            }
        }
    }

    @Test
    void nothingForbiddenIsShownInTenThousandRequestsAmongWrites() throws Exception {
        long[] shownAndWritten = traffic(10_000);
        assertThat(shownAndWritten[0]).as("items shown").isGreaterThan(10_000);
        assertThat(shownAndWritten[1]).as("writes").isGreaterThan(50);
    }

    @Test
    @Tag("long")
    void nothingForbiddenIsShownInAMillionRequestsAmongWrites() throws Exception {
        int requests = Integer.getInteger("traffic.requests", 1_000_000);
        long[] shownAndWritten = traffic(requests);
        assertThat(shownAndWritten[0]).as("items shown").isGreaterThan(requests);
        assertThat(shownAndWritten[1]).as("writes").isGreaterThan(requests / 200);
    }
}
