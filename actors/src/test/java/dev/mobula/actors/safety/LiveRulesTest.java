package dev.mobula.actors.safety;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mobula.actors.items.ItemShardSettings;
import dev.mobula.actors.items.ItemShards;
import dev.mobula.actors.runtime.InJvmCluster;
import dev.mobula.actors.runtime.ServiceRef;
import dev.mobula.actors.safety.audit.AuditRow;
import dev.mobula.actors.safety.campaigns.Campaigns;
import dev.mobula.actors.safety.campaigns.WatchSettings;
import dev.mobula.actors.safety.counters.KeyCounters;
import dev.mobula.actors.safety.review.ReviewDesk;
import dev.mobula.actors.safety.review.ReviewLimits;
import dev.mobula.actors.safety.review.ReviewSettings;
import dev.mobula.actors.safety.rules.LiveRules;
import dev.mobula.actors.safety.rules.RuleWatchSettings;
import dev.mobula.actors.shards.ShardLayout;
import dev.mobula.actors.users.UserShards;
import dev.mobula.retrieval.store.Attribute;
import dev.mobula.retrieval.store.EdgeKind;
import dev.mobula.retrieval.store.Item;
import dev.mobula.retrieval.store.UserEvent;
import dev.mobula.retrieval.store.UserWrite;
import dev.mobula.training.safety.RuleShelf;
import java.io.IOException;
import java.nio.file.Files;
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

final class LiveRulesTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final long NOW = System.currentTimeMillis();
    private static final ShardLayout ITEMS = new ShardLayout("items", 1);
    private static final ShardLayout USERS = new ShardLayout("users", 1);
    private static final ShardLayout COUNTERS = new ShardLayout("counters", 1);
    private static final String BURST =
            """
            rule burst {
              when event.kind == "post" and count(event.actor, 1h) > 3
              then label("spam", 7d), review("spam")
            }
            """;

    @TempDir private Path folder;
    private InJvmCluster cluster;
    private ItemShards items;
    private UserShards users;
    private Labels labels;
    private ReviewDesk desk;
    private RuleShelf shelf;
    private LiveRules rules;

    @BeforeEach
    void open() throws IOException {
        Files.createDirectories(folder.resolve("lists"));
        shelf = RuleShelf.open(folder.resolve("shelf"), InstantSource.system());
        start();
    }

    private void start() {
        cluster = new InJvmCluster(Optional.of(folder.resolve("state")));
        items = ItemShards.spawn(cluster, "items", 1, ItemShardSettings.of(2));
        users = UserShards.spawn(cluster, "users", 1);
        KeyCounters.spawn(cluster, "counters", 1);
        labels = new Labels(items, users, InstantSource.system());
        desk =
                ReviewDesk.spawn(
                        cluster,
                        "review",
                        new ReviewSettings(ITEMS, USERS, ReviewLimits.DEFAULT.withSecondShare(0)));
        Campaigns.spawn(
                cluster, "campaigns", WatchSettings.of(ITEMS, USERS, "review", List.of("text")));
        rules =
                LiveRules.spawn(
                        cluster,
                        "rules",
                        new RuleWatchSettings(
                                ITEMS,
                                USERS,
                                COUNTERS,
                                "review",
                                "campaigns",
                                List.of("text"),
                                folder.resolve("shelf"),
                                Optional.of(folder.resolve("lists")),
                                Optional.empty()));
    }

    @AfterEach
    void close() {
        cluster.close();
    }

    private static void await(BooleanSupplier holds) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!holds.getAsBoolean()) {
            assertThat(System.nanoTime()).isLessThan(deadline);
            LockSupport.parkNanos(5_000_000);
        }
    }

    private int promoted(String source) {
        shelf.shadow(source, "");
        shelf.tested(source, 100, List.of());
        int version = shelf.promote("").number();
        await(() -> rules.status().active() == version);
        return version;
    }

    private void post(long id, long author, String text) {
        items.put(
                        List.of(
                                Item.of(id, author, NOW)
                                        .withAttributes(Map.of("text", new Attribute.Text(text)))))
                .join();
    }

    private void judged(long events) {
        await(() -> rules.status().events() >= events && rules.status().waiting() == 0);
    }

    private List<GivenLabel> labelsOf(Subject subject) {
        return labels.of(List.of(subject), PATIENCE).join().get(subject);
    }

    private boolean isSpam(long item) {
        return labelsOf(Subject.item(item)).stream().anyMatch(one -> one.label().equals("spam"));
    }

    private List<String> log(String kind) {
        return desk.log(0, 1_000).stream()
                .filter(row -> row.entry().kind().equals(kind))
                .map(LiveRulesTest::facts)
                .toList();
    }

    private static String facts(AuditRow row) {
        return row.facts() == null ? "" : row.facts().text();
    }

    @Test
    void aPromotedRuleLabelsWhatIsPostedAndIsNamedInTheRecord() {
        promoted(BURST);
        for (int i = 1; i <= 5; i++) {
            post(i, 7, "post number " + i);
        }
        post(50, 8, "somebody else's");
        await(() -> isSpam(4) && isSpam(5));
        judged(6);
        assertThat(isSpam(3)).isFalse();
        assertThat(isSpam(50)).isFalse();
        assertThat(desk.stats().byDecider()).containsKey("rule:burst@1");
        assertThat(log("decision")).anyMatch(facts -> facts.contains("rule:burst@1"));
        assertThat(desk.queue(5).getFirst().evidence().getFirst().text())
                .contains("rule burst of version 1 on a post by 7");
        LiveRules.RuleStatus status = rules.status().rules().getFirst();
        assertThat(status.held()).isEqualTo(2);
        assertThat(status.acted()).isEqualTo(2);
        assertThat(rules.events(10))
                .hasSize(6)
                .anyMatch(row -> "somebody else's".equals(row.get("text")));
    }

    @Test
    void whatIsInTheShadowIsCountedAndNeverActs() {
        shelf.shadow("rule all { when true then label(\"spam\", 1d) }", "");
        await(() -> rules.status().shadow() == 1);
        post(1, 7, "a post");
        judged(1);
        assertThat(rules.status().rules().getFirst().held()).isEqualTo(1);
        assertThat(rules.status().rules().getFirst().acts()).isFalse();
        assertThat(labelsOf(Subject.item(1))).isEmpty();
        int version = promoted("rule all { when true then label(\"unsure\", 1d) }");
        assertThat(version).isEqualTo(2);
        post(2, 7, "another post");
        await(() -> !labelsOf(Subject.item(2)).isEmpty());
        shelf.rollback("wrong");
        await(() -> rules.status().active() == 0);
        post(3, 7, "a third post");
        judged(3);
        assertThat(labelsOf(Subject.item(3))).isEmpty();
        assertThat(log("rules-at-work")).hasSizeGreaterThanOrEqualTo(2);
    }

    @Test
    void theSwitchStopsThemOverARestartAndCountersAreNotForgotten() {
        promoted(BURST);
        for (int i = 1; i <= 3; i++) {
            post(i, 7, "post number " + i);
        }
        judged(3);
        assertThat(rules.act(false).acts()).isFalse();
        cluster.close();
        start();
        await(() -> rules.status().active() == 1);
        assertThat(rules.status().acts()).isFalse();
        post(4, 7, "the fourth");
        judged(1);
        assertThat(rules.status().rules().getFirst().withheld()).isEqualTo(1);
        assertThat(isSpam(4)).isFalse();
        assertThat(rules.act(true).acts()).isTrue();
        post(5, 7, "the fifth");
        await(() -> isSpam(5));
        judged(2);
        assertThat(rules.status().events()).isEqualTo(2);
        assertThat(isSpam(4)).isFalse();
    }

    @Test
    void aRuleThatTouchesTooMuchStopsItselfOnRecordUntilItIsLetGoOn() {
        promoted(
                "rule wide { when event.kind == \"post\" then label(\"spam\", 1d) limit 2 per day }");
        for (int i = 1; i <= 4; i++) {
            post(i, i, "post number " + i);
        }
        judged(4);
        await(() -> log("rule-stopped").stream().anyMatch(facts -> facts.contains("wide")));
        assertThat(rules.status().rules().getFirst().stopped()).contains("at most 2");
        assertThat(isSpam(2)).isTrue();
        assertThat(isSpam(3)).isFalse();
        cluster.close();
        start();
        await(() -> !rules.status().rules().isEmpty());
        assertThat(rules.status().rules().getFirst().stopped()).contains("at most 2");
        assertThat(rules.resume("none")).isFalse();
        assertThat(rules.resume("wide")).isTrue();
        post(9, 9, "post number 9");
        await(() -> isSpam(9));
    }

    @Test
    void actsReportsAndEdgesAreEventsAndAnActorOverTheRateIsHeldBack() {
        promoted(
                """
                rule fast { when event.kind == "like" then rate_limit(2, 1h) }
                rule reported { when event.kind == "report" and event.policy == "hate" then label("unsure", 1d) }
                rule follows { when event.kind == "follow" then label("follower", 1d, "actor"), label("followed", 1d, "author") }
                rule heavy { when event.kind == "share" then down_rank(0.3), verdict("hold") }
                """);
        post(1, 7, "a post");
        judged(1);
        users.record(
                        List.of(
                                UserEvent.of("a", 20, 1, "like", NOW),
                                UserEvent.of("b", 20, 1, "like", NOW),
                                UserEvent.of("c", 20, 1, "like", NOW),
                                UserEvent.of("d", 21, 1, "share", NOW)))
                .join();
        users.write(List.of(new UserWrite.Connect(30, EdgeKind.FOLLOW, 31, NOW))).join();
        desk.report(new ReviewDesk.Report(40, Subject.item(1), "hate", "bad", 1));
        await(() -> !labelsOf(Subject.item(1)).isEmpty());
        judged(7);
        assertThat(names(Subject.item(1))).containsExactly("unsure");
        assertThat(names(Subject.account(20))).containsExactly("rate-limited");
        assertThat(names(Subject.account(21)))
                .containsExactlyInAnyOrder("down-rank:3", "verdict:hold");
        assertThat(names(Subject.account(30))).containsExactly("follower");
        assertThat(names(Subject.account(31))).containsExactly("followed");
    }

    private List<String> names(Subject subject) {
        return labelsOf(subject).stream().map(GivenLabel::label).toList();
    }

    @Test
    void listsCampaignsAndTheAccountGraphAreAskedAndNamedAsEvidence() throws IOException {
        Files.writeString(folder.resolve("lists/bad.links"), "# hosts\nevil.example\n");
        Files.writeString(folder.resolve("lists/pictures.media"), "ffff0000ffff0000\n");
        Files.writeString(folder.resolve("lists/broken.media"), "no hash\n");
        promoted(
                """
                rule linked { when in_set("bad", event.text) or in_set("pictures", event.media) then label("spam", 1d) }
                rule waves { when event.kind == "post" and campaign(event.text) > 0.5 then label("campaign", 1d) }
                rule ring { when event.kind == "like" and graph_score(event.actor) > 0.9 then label("ring", 1d) }
                """);
        await(() -> rules.status().lists().size() == 2);
        assertThat(rules.status().trouble()).contains("broken.media");
        post(1, 7, "look at https://www.evil.example/x?utm_source=a now");
        items.put(
                        List.of(
                                Item.of(2, 8, NOW)
                                        .withAttributes(
                                                Map.of(
                                                        "text",
                                                        new Attribute.Text("a picture"),
                                                        "media",
                                                        new Attribute.Text("ffff0000ffff0001")))))
                .join();
        await(() -> isSpam(1) && isSpam(2));
        assertThat(reasons()).anyMatch(text -> text.contains("list bad: evil.example"));
        assertThat(reasons()).anyMatch(text -> text.contains("list pictures: ffff0000ffff0000"));
        for (int i = 0; i < 12; i++) {
            post(
                    100 + i,
                    500 + i,
                    "win a free phone today at bad.example/w hurry up now, dear " + i);
        }
        await(() -> names(Subject.item(111)).contains("campaign") || grown());
        Campaigns watch = new Campaigns(cluster, new ServiceRef("campaigns", 1));
        ring();
        await(() -> watch.blocks().stream().anyMatch(block -> block.accounts().contains(5_003L)));
        users.record(List.of(like(90_000, 5_003, 7_000))).join();
        await(
                () -> {
                    users.record(List.of(like(more++, 5_003, 7_001))).join();
                    return names(Subject.account(5_003)).contains("ring");
                });
    }

    private int more = 100_000;

    /// Another variant: the watch may see a post later than the rules do.
    private boolean grown() {
        post(more++, more, "win a free phone today at bad.example/w hurry up now, dear " + more);
        return names(Subject.item(more - 2)).contains("campaign");
    }

    private void ring() {
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
    }

    private static UserEvent like(int id, long user, long item) {
        return UserEvent.of("e" + id, user, item, "like", NOW - NOW % 600_000);
    }

    private List<String> reasons() {
        return desk.log(0, 1_000).stream()
                .map(row -> row.personal() == null ? "" : row.personal().text())
                .toList();
    }

    @Test
    void aVersionThatDoesNotFitTheEventsIsToldOfAndWhatActedGoesOn() {
        promoted(BURST);
        String foreign = "rule x { when event.nothing > 1 then label(\"spam\", 1d) }";
        shelf.shadow(foreign, "");
        await(() -> rules.status().trouble().contains("version 2"));
        assertThat(rules.status().trouble()).contains("nothing");
        assertThat(rules.status().active()).isEqualTo(1);
        for (int i = 1; i <= 4; i++) {
            post(i, 7, "post number " + i);
        }
        await(() -> isSpam(4));
    }
}
