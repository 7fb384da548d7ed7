package dev.mobula.actors.feed;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mobula.actors.items.ItemShardSettings;
import dev.mobula.actors.items.ItemShards;
import dev.mobula.actors.ranker.RankerSettings;
import dev.mobula.actors.ranker.Rankers;
import dev.mobula.actors.runtime.InJvmCluster;
import dev.mobula.actors.safety.GivenLabel;
import dev.mobula.actors.safety.Labels;
import dev.mobula.actors.safety.Subject;
import dev.mobula.actors.users.UserShards;
import dev.mobula.retrieval.store.Item;
import dev.mobula.retrieval.store.Preferences;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What labels do to a page.
final class FeedLabelsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir private Path state;
    private InJvmCluster cluster;
    private ItemShards items;
    private UserShards users;
    private Labels labels;
    private Feed feed;

    @BeforeEach
    void open() {
        cluster = new InJvmCluster(Optional.of(state));
        items = ItemShards.spawn(cluster, "items", 2, ItemShardSettings.of(2));
        items.put(LongStream.rangeClosed(1, 40).mapToObj(FeedLabelsTest::item).toList()).join();
        users = UserShards.spawn(cluster, "users", 2);
        labels = new Labels(items, users, InstantSource.system());
        Rankers rankers =
                Rankers.spawn(
                        cluster,
                        "ranker",
                        1,
                        RankerSettings.following(items.layout()).withPackedAlone());
        FeedParts parts =
                FeedParts.of(cluster, items, rankers)
                        .withPeople(new UserPeople(users))
                        .withTastes(user -> Optional.of(new float[] {1, 0}));
        feed =
                Feed.open(
                        parts,
                        FeedSettings.within(Duration.ofSeconds(20)).withValue("similarity"),
                        InstantSource.system(),
                        1);
    }

    @AfterEach
    void close() {
        feed.close();
        cluster.close();
    }

    /// The lower the id, the nearer to everybody's taste.
    private static Item item(long id) {
        double angle = id * Math.PI / 100;
        return Item.of(id, 1_000 + id, id)
                .withEmbedding(new float[] {(float) Math.cos(angle), (float) Math.sin(angle)});
    }

    private FeedPage page(String surface) {
        FeedPage page = feed.page(FeedRequest.of(1, 10).onSurface(surface).asDebug());
        assertThat(page.degraded()).isEmpty();
        return page;
    }

    private static List<Long> ids(FeedPage page) {
        return page.items().stream().map(FeedPage.Entry::id).toList();
    }

    private void give(Subject subject, String label) {
        labels.give(List.of(GivenLabel.of(subject, label, "test"))).join();
    }

    @Test
    void aLabelOfAnItemOrItsAuthorDropsCoversOrHoldsBackBySurface() {
        assertThat(ids(page("home"))).startsWith(1L, 2L, 3L, 4L, 5L);
        give(Subject.item(1), "spam");
        give(Subject.account(1_002), "spam");
        give(Subject.item(3), "sexual");
        give(Subject.account(1_004), "violence");
        give(Subject.item(5), "unsure");
        FeedPage home = page("home");
        assertThat(ids(home)).startsWith(3L, 4L, 5L, 6L).doesNotContain(1L, 2L);
        assertThat(home.items().get(0).cover())
                .containsExactly("sexual by test on discover: interstitial (rule 8 of usual-2)");
        assertThat(home.items().get(1).cover()).singleElement().asString().startsWith("violence");
        assertThat(home.items().get(2).cover()).isEmpty();
        FeedPage thread = page("thread");
        assertThat(ids(thread)).startsWith(3L, 4L, 5L).doesNotContain(1L, 2L);
        assertThat(ids(page("push"))).startsWith(6L, 7L);
    }

    @Test
    void aDownRankedItemComesLaterWhoeverOfItAndItsAuthorIsLabelled() {
        give(Subject.item(1), "offensive");
        give(Subject.account(1_002), "offensive");
        assertThat(feed.awaitItems(PATIENCE)).isTrue();
        FeedPage all = feed.page(FeedRequest.of(1, 40).asDebug());
        assertThat(ids(all)).hasSize(40).startsWith(3L).containsSequence(33L, 1L, 2L, 34L);
        assertThat(ids(page("following"))).startsWith(1L, 2L);
    }

    @Test
    void aViewersWishesHideCoverAndUncover() {
        give(Subject.item(1), "topic:sport:football");
        give(Subject.item(2), "topic:news");
        give(Subject.item(3), "sexual");
        users.prefer(
                        1,
                        Preferences.NONE
                                .withLabelSetting("topic:sport", "hide")
                                .withLabelSetting("topic:news", "warn")
                                .withLabelSetting("sexual", "ignore"))
                .join();
        FeedPage page = page("home");
        assertThat(ids(page)).startsWith(2L, 3L, 4L).doesNotContain(1L);
        assertThat(page.items().get(0).cover())
                .containsExactly(
                        "topic:news by test on discover: interstitial (the viewer's wish)");
        assertThat(page.items().get(1).cover()).isEmpty();
    }

    @Test
    void aTopicThatItemsAreLabelledWithIsOneThatAUserCanChoose() {
        List<GivenLabel> tea =
                LongStream.of(37, 38)
                        .mapToObj(id -> GivenLabel.of(Subject.item(id), "topic:drinks:tea", "t"))
                        .toList();
        labels.give(tea).join();
        assertThat(feed.awaitItems(PATIENCE)).isTrue();
        FeedParts parts =
                FeedParts.of(
                                cluster,
                                items,
                                Rankers.spawn(
                                        cluster,
                                        "other",
                                        1,
                                        RankerSettings.following(items.layout()).withPackedAlone()))
                        .withPeople(new UserPeople(users));
        users.prefer(5, Preferences.NONE.withTopics("drinks")).join();
        FeedSettings settings = FeedSettings.within(Duration.ofSeconds(20)).withValue("similarity");
        try (Feed tasteless = Feed.open(parts, settings, InstantSource.system(), 1)) {
            assertThat(tasteless.awaitItems(PATIENCE)).isTrue();
            assertThat(ids(tasteless.page(FeedRequest.of(5, 2).asDebug())))
                    .containsExactlyInAnyOrder(37L, 38L);
        }
    }
}
