package dev.mobula.actors.safety;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mobula.actors.items.ItemShardSettings;
import dev.mobula.actors.items.ItemShards;
import dev.mobula.actors.runtime.InJvmCluster;
import dev.mobula.actors.safety.campaigns.Campaigns;
import dev.mobula.actors.safety.campaigns.WatchSettings;
import dev.mobula.actors.safety.review.Choice;
import dev.mobula.actors.safety.review.Decision;
import dev.mobula.actors.safety.review.ReviewDesk;
import dev.mobula.actors.safety.review.ReviewLimits;
import dev.mobula.actors.safety.review.ReviewSettings;
import dev.mobula.actors.shards.ShardLayout;
import dev.mobula.actors.users.UserShards;
import dev.mobula.retrieval.campaign.Campaign;
import dev.mobula.retrieval.campaign.DenseBlocks;
import dev.mobula.retrieval.store.Attribute;
import dev.mobula.retrieval.store.Item;
import dev.mobula.retrieval.store.UserEvent;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CampaignsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final long NOW = System.currentTimeMillis();
    private static final long YEAR = Duration.ofDays(365).toMillis();
    private static final ShardLayout ITEMS = new ShardLayout("items", 1);
    private static final ShardLayout USERS = new ShardLayout("users", 1);

    @TempDir private Path state;
    private InJvmCluster cluster;
    private ItemShards items;
    private UserShards users;
    private Labels labels;
    private ReviewDesk desk;

    @BeforeEach
    void open() {
        cluster = new InJvmCluster(Optional.of(state));
        items = ItemShards.spawn(cluster, "items", 1, ItemShardSettings.of(2));
        users = UserShards.spawn(cluster, "users", 1);
        labels = new Labels(items, users, InstantSource.system());
        desk =
                ReviewDesk.spawn(
                        cluster,
                        "review",
                        new ReviewSettings(ITEMS, USERS, ReviewLimits.DEFAULT.withSecondShare(0)));
    }

    @AfterEach
    void close() {
        cluster.close();
    }

    private Campaigns watch(WatchSettings settings) {
        return Campaigns.spawn(cluster, "campaigns", settings);
    }

    private static WatchSettings settings() {
        return WatchSettings.of(ITEMS, USERS, "review", List.of("text"));
    }

    private static void await(BooleanSupplier holds) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!holds.getAsBoolean()) {
            assertThat(System.nanoTime()).isLessThan(deadline);
            LockSupport.parkNanos(5_000_000);
        }
    }

    private void post(long id, long author, long since, String text) {
        items.put(
                        List.of(
                                Item.of(id, author, NOW + id)
                                        .withAttributes(
                                                Map.of(
                                                        "text", new Attribute.Text(text),
                                                        "authorSince",
                                                                new Attribute.Whole(since)))))
                .join();
    }

    private void campaign(int from, int count) {
        for (int i = from; i < from + count; i++) {
            String said =
                    "W1n a fr\u0435e ph\u043Ene t\u200Boday at https://bad.example/w?utm_x=" + i;
            post(i, 500 + i, NOW, said + " hurry up now, dear friends of the lottery");
        }
    }

    private boolean isSpam(long item) {
        return labels.of(List.of(Subject.item(item)), PATIENCE).join().toString().contains("spam");
    }

    @Test
    void aCampaignIsFoundExplainedLabelledAndItsLaterVariantsInheritTheVerdict() {
        Campaigns campaigns = watch(settings().acting());
        for (int i = 0; i < 20; i++) {
            post(1_000 + i, 900 + i, NOW - YEAR, "an honest text number " + i * 7_919 + " of mine");
        }
        campaign(1, 8);
        await(() -> isSpam(1) && isSpam(8));
        Campaign found = campaigns.suspicious(5).getFirst();
        assertThat(found.posts()).hasSize(8);
        assertThat(found.accounts()).hasSize(8);
        assertThat(found.links()).containsExactly("bad.example", "bad.example/w");
        assertThat(found.sinceMillis()).isEqualTo(NOW + 1);
        assertThat(
                        campaigns.like(
                                "win a free phone today at bad.example/w hurry up now, dear friends of the lottery"))
                .hasValueSatisfying(one -> assertThat(one.isSuspicious()).isTrue());
        campaign(9, 1);
        await(() -> isSpam(9));
        assertThat(isSpam(1_003)).isFalse();
        await(() -> campaigns.status().labelled() == 9);
        long decision = desk.stats().byDecider().get("campaign@1").decisions();
        assertThat(decision).isEqualTo(9);
    }

    @Test
    void withoutLeaveToActPeopleAreAskedOnceAndTheBreakerHoldsItBack() {
        Campaigns campaigns = watch(settings());
        campaign(1, 12);
        await(() -> !desk.queue(5).isEmpty());
        assertThat(desk.queue(5)).hasSize(1);
        assertThat(desk.queue(5).getFirst().evidence().getFirst().text())
                .contains("accounts since", "new or were asleep");
        assertThat(isSpam(1)).isFalse();
        assertThat(campaigns.act(true).acts()).isTrue();
        campaign(20, 60);
        await(() -> !campaigns.status().stopped().isEmpty());
        assertThat(campaigns.status().labelled()).isEqualTo(50);
        assertThat(campaigns.status().stopped()).contains("which is the most");
    }

    @Test
    void anUpheldAppealTakesTheLabelOfOnePostOff() {
        watch(settings().acting());
        campaign(1, 6);
        await(() -> isSpam(3));
        long id =
                labels.of(List.of(Subject.item(3)), PATIENCE)
                        .join()
                        .get(Subject.item(3))
                        .getFirst()
                        .source()
                        .transform(source -> Long.parseLong(source.substring("review:".length())));
        desk.appeal(id, 503, "mine");
        long appeal = desk.lease("jo", "").orElseThrow().id();
        Choice uphold = new Choice(Choice.Action.UPHOLD, "", 0, "", List.of());
        Decision decided = desk.decide("jo", appeal, uphold).decision();
        assertThat(decided).isNotNull();
        assertThat(isSpam(3)).isFalse();
        assertThat(isSpam(4)).isTrue();
    }

    @Test
    void accountsThatActTogetherAreABlock() {
        Campaigns campaigns = watch(settings());
        assertThat(campaigns.blocks()).isEmpty();
        SplittableRandom random = new SplittableRandom(4);
        List<UserEvent> events = new ArrayList<>();
        for (int i = 0; i < 3_000; i++) {
            events.add(like(events.size(), 1 + random.nextInt(1_000), random.nextInt(800)));
        }
        for (int account = 0; account < 12; account++) {
            for (int item = 0; item < 12; item++) {
                events.add(like(events.size(), 5_000 + account, 7_000 + item));
            }
        }
        users.record(events).join();
        await(() -> campaigns.status().edges() >= events.size());
        List<DenseBlocks.Block> found = campaigns.blocks();
        assertThat(found).isNotEmpty();
        assertThat(found.getFirst().accounts()).hasSize(12).allMatch(account -> account >= 5_000);
    }

    private static UserEvent like(int id, long user, long item) {
        return UserEvent.of("e" + id, user, item, "like", NOW - NOW % 600_000);
    }
}
