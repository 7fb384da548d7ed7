package dev.mobula.actors.notify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mobula.actors.items.ItemShardSettings;
import dev.mobula.actors.items.ItemShards;
import dev.mobula.actors.ledger.Ledgers;
import dev.mobula.actors.runtime.InJvmCluster;
import dev.mobula.actors.safety.GivenLabel;
import dev.mobula.actors.safety.Labels;
import dev.mobula.actors.safety.Subject;
import dev.mobula.actors.safety.Visibility;
import dev.mobula.actors.users.UserShards;
import dev.mobula.ranking.notify.Channel;
import dev.mobula.ranking.notify.Priority;
import dev.mobula.ranking.notify.decision.Action;
import dev.mobula.ranking.notify.decision.Reason;
import dev.mobula.ranking.notify.ledger.BudgetPolicy;
import dev.mobula.ranking.notify.ledger.UserKey;
import dev.mobula.ranking.safety.VisibilityPolicy;
import dev.mobula.retrieval.store.EdgeKind;
import dev.mobula.retrieval.store.Item;
import dev.mobula.retrieval.store.Preferences;
import dev.mobula.retrieval.store.UserWrite;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Messages about items, each by author 100 more than its id, to user 1.
@Timeout(120)
final class OwnersScreenTest {
    private static final long USER = 1;
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir private Path state;
    private InJvmCluster cluster;
    private UserShards users;
    private ItemShards items;
    private Labels labels;
    private int asked;

    @BeforeEach
    void open() {
        cluster = new InJvmCluster(Optional.of(state));
        items = ItemShards.spawn(cluster, "items", 2, ItemShardSettings.of(2));
        users = UserShards.spawn(cluster, "users", 2);
        labels = new Labels(items, users, InstantSource.system());
        items.put(LongStream.range(1, 20).mapToObj(id -> Item.of(id, 100 + id, 1)).toList()).join();
    }

    @AfterEach
    void close() {
        cluster.close();
    }

    private OwnersScreen screen(Duration limit) {
        return new OwnersScreen(
                new Visibility(VisibilityPolicy.usual(), items, users, InstantSource.system()),
                users,
                limit);
    }

    private NotificationDesk desk(Duration limit) {
        Ledgers ledgers = Ledgers.spawn(cluster, "ledger", 1);
        ledgers.putPolicy("acme", BudgetPolicy.ofDailyCap(9, ZoneOffset.UTC));
        PriceBoard board = PriceBoard.open(cluster, "prices", System::nanoTime);
        return new NotificationDesk(
                DeskParts.of(ledgers, board, 0, InstantSource.system()).withScreen(screen(limit)));
    }

    private static Ask.Candidate about(long item, double lift, Priority priority) {
        return new Ask.Candidate(
                "n" + item,
                "like",
                "",
                priority,
                Map.of(Channel.PUSH, lift),
                1,
                0,
                System.currentTimeMillis() + Duration.ofHours(20).toMillis(),
                "",
                "",
                List.of(),
                List.of(),
                item == 0 ? Optional.empty() : Optional.of(item));
    }

    private Ask ask(Ask.Candidate... candidates) {
        return new Ask(
                new UserKey("acme", USER),
                0,
                0,
                1,
                List.of(candidates),
                "k" + ++asked,
                true,
                List.of());
    }

    private void connect(EdgeKind kind, long target) {
        users.write(List.of(new UserWrite.Connect(USER, kind, target, 1))).join();
    }

    @Test
    void whatIsLabelledHiddenOrUnknownIsBarredForThisPersonAndTheRestIsNot() {
        labels.give(List.of(GivenLabel.of(Subject.item(2), "spam", "jo"))).join();
        labels.give(List.of(GivenLabel.of(Subject.account(103), "hate", "jo"))).join();
        labels.give(List.of(GivenLabel.of(Subject.item(4), "topic:tea", "jo"))).join();
        connect(EdgeKind.BLOCK, 105);
        connect(EdgeKind.MUTE, 106);
        connect(EdgeKind.HIDE, 7);
        items.delete(8).join();
        List<Long> about = List.of(1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L, 99L, 2L);
        assertThat(screen(PATIENCE).look(about).barred(USER, about))
                .containsExactlyInAnyOrderEntriesOf(
                        Map.of(
                                2L, Reason.LABELLED,
                                3L, Reason.LABELLED,
                                5L, Reason.BLOCKED,
                                6L, Reason.BLOCKED,
                                7L, Reason.BLOCKED,
                                8L, Reason.UNCONFIRMED,
                                99L, Reason.UNCONFIRMED));
        assertThat(screen(PATIENCE).look(about).barred(2, about))
                .doesNotContainKeys(1L, 4L, 5L, 6L, 7L);
        users.prefer(USER, Preferences.NONE.withLabelSetting("topic:tea", "hide")).join();
        assertThat(screen(PATIENCE).look(List.of(4L)).barred(USER, List.of(4L)))
                .containsExactly(Map.entry(4L, Reason.LABELLED));
    }

    @Test
    void theBestOfWhatIsLeftIsSentAndNotEvenACriticalMessagePassesALabel() {
        labels.give(List.of(GivenLabel.of(Subject.item(2), "spam", "jo"))).join();
        NotificationDesk desk = desk(PATIENCE);
        Decision other =
                desk.decide(
                        ask(
                                about(2, 0.9, Priority.CRITICAL),
                                about(3, 0.1, Priority.NORMAL),
                                about(0, 0.05, Priority.NORMAL)));
        assertThat(other.action()).isEqualTo(Action.SEND_NOW);
        assertThat(other.notification()).isEqualTo("n3");
        assertThat(other.reasons()).containsExactly("LABELLED", "CHOSEN", "OUTBID");
        assertThat(other.reservation()).isPresent();
        Decision none = desk.decide(ask(about(2, 0.9, Priority.HIGH)));
        assertThat(none.action()).isEqualTo(Action.DROP);
        assertThat(none.reasons()).containsExactly("LABELLED");
        assertThat(none.reservation()).isEmpty();
        assertThat(none.propensity()).isEqualTo(1);
    }

    @Test
    void whileAnOwnerDoesNotAnswerNothingIsSentAboutItemsAndItIsSaidSo() {
        NotificationDesk desk = desk(Duration.ofMillis(300));
        users.shards().forEach(cluster::stop);
        Decision decision =
                desk.decide(ask(about(3, 0.9, Priority.NORMAL), about(0, 0.05, Priority.NORMAL)));
        assertThat(decision.notification()).isEqualTo("n0");
        assertThat(decision.reasons()).containsExactly("UNCONFIRMED", "CHOSEN");
        Decision later = desk.decide(ask(about(3, 0.9, Priority.NORMAL)));
        assertThat(later.action()).as("it may be asked again").isEqualTo(Action.HOLD);
        assertThat(later.reservation()).isEmpty();
    }

    @Test
    void whoKnowsOfNoItemConfirmsNone() {
        assertThat(ItemScreen.CLOSED.look(List.of(1L, 1L)).barred(USER, List.of(1L, 1L)))
                .containsExactly(Map.entry(1L, Reason.UNCONFIRMED));
    }
}
