package dev.mobula.actors.safety;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mobula.actors.items.ItemShardSettings;
import dev.mobula.actors.items.ItemShards;
import dev.mobula.actors.runtime.InJvmCluster;
import dev.mobula.actors.users.UserShards;
import dev.mobula.ranking.safety.VisibilityPolicy;
import dev.mobula.ranking.safety.VisibilityPolicy.Surface;
import dev.mobula.retrieval.store.Item;
import dev.mobula.retrieval.store.ItemState;
import dev.mobula.retrieval.store.UserEvent;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LabelsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir private Path state;
    private InJvmCluster cluster;
    private ItemShards items;
    private UserShards users;
    private Labels labels;

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

    private List<GivenLabel> of(Subject subject) {
        return labels.of(List.of(subject), PATIENCE).join().getOrDefault(subject, List.of());
    }

    @Test
    void everySourcesLabelIsOneThatIsReplacedTakenBackAndOutlivesARewrite() {
        for (Subject subject : List.of(Subject.item(3), Subject.account(7))) {
            GivenLabel rule = GivenLabel.of(subject, "spam", "rule:links");
            GivenLabel person = GivenLabel.of(subject, "spam", "jo");
            GivenLabel short1 =
                    new GivenLabel(subject, "spam", "rule:links", 1, Long.MAX_VALUE - 1);
            labels.give(List.of(short1, person)).join();
            labels.give(List.of(rule)).join();
            assertThat(of(subject)).containsExactlyInAnyOrder(rule, person);
            items.edit(List.of(Item.of(3, 103, 2))).join();
            assertThat(of(subject)).containsExactlyInAnyOrder(rule, person);
            labels.take(List.of(rule, rule)).join();
            assertThat(of(subject)).containsExactly(person);
        }
    }

    @Test
    void aLabelEndsByItselfAndOneOfNothingIsRefused() {
        long ended = System.currentTimeMillis() - 1;
        labels.give(List.of(new GivenLabel(Subject.account(7), "spam", "jo", 1, ended))).join();
        labels.give(List.of(new GivenLabel(Subject.item(3), "spam", "jo", 1, ended))).join();
        assertThat(of(Subject.account(7))).isEmpty();
        assertThat(of(Subject.item(3))).isEmpty();
        assertThatThrownBy(
                        () ->
                                labels.give(List.of(GivenLabel.of(Subject.item(99), "spam", "jo")))
                                        .join())
                .hasMessageContaining("item=99");
        for (String bad : List.of("", "!spam", "two words", "a".repeat(61))) {
            assertThatThrownBy(
                            () -> labels.give(List.of(GivenLabel.of(Subject.item(1), bad, "jo"))))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("label=" + bad);
        }
    }

    @Test
    void whoFollowsTheChangesEndsAtTheStateOfTheOwners() {
        LabelChanges changes = new LabelChanges(items, users);
        String at = changes.now();
        assertThat(changes.after(at, Duration.ZERO).changes()).isEmpty();
        users.record(List.of(UserEvent.of("e", 4, 1, "view", System.currentTimeMillis()))).join();
        assertThat(changes.after(at, Duration.ofMillis(60)).changes()).isEmpty();
        Map<Subject, List<GivenLabel>> followed = new HashMap<>();
        GivenLabel kept = GivenLabel.of(Subject.account(7), "spam", "jo");
        GivenLabel gone = GivenLabel.of(Subject.account(8), "spam", "jo");
        GivenLabel ofItem = GivenLabel.of(Subject.item(3), "topic:tea", "topics");
        labels.give(List.of(kept, gone, ofItem)).join();
        at = follow(changes, at, followed);
        assertThat(followed).containsEntry(Subject.account(8), List.of(gone));
        labels.take(List.of(gone)).join();
        items.delete(3).join();
        follow(changes, at, followed);
        followed.values().removeIf(List::isEmpty);
        assertThat(followed).isEqualTo(Map.of(Subject.account(7), List.of(kept)));
        assertThatThrownBy(() -> changes.after("nonsense", Duration.ZERO))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("after=nonsense");
        LabelChanges.Page ofOtherShards = changes.after("i1.2.3~u1", Duration.ZERO);
        assertThat(ofOtherShards.rebuild()).isTrue();
        assertThat(ofOtherShards.next()).isEqualTo(changes.now());
    }

    private static String follow(
            LabelChanges changes, String from, Map<Subject, List<GivenLabel>> followed) {
        String at = from;
        while (!at.equals(changes.now())) {
            LabelChanges.Page page = changes.after(at, PATIENCE);
            assertThat(page.rebuild()).isFalse();
            page.changes().forEach(change -> followed.put(change.subject(), change.labels()));
            at = page.next();
        }
        return at;
    }

    @Test
    void whatIsShownIsDecidedFromTheLabelsOfTheItemAndOfItsAuthor() {
        Visibility visibility =
                new Visibility(VisibilityPolicy.usual(), items, users, InstantSource.system());
        List<GivenLabel> given = new ArrayList<>();
        given.add(GivenLabel.of(Subject.item(1), "spam", "jo"));
        given.add(GivenLabel.of(Subject.account(102), "spam", "jo"));
        given.add(GivenLabel.of(Subject.item(3), "sexual", "jo"));
        given.add(GivenLabel.of(Subject.item(4), "unsure", "jo"));
        labels.give(given).join();
        items.put(List.of(Item.of(5, 105, 1).withState(ItemState.WITHHELD))).join();
        long[] ids = {1, 2, 3, 4, 5, 6, 77};
        Map<Long, Visibility.Standing> search =
                visibility.of(ids, Surface.SEARCH, Map.of(), PATIENCE).join();
        assertThat(search.keySet()).isEqualTo(Set.of(1L, 2L, 3L, 4L, 6L));
        assertThat(shown(search)).isEqualTo(Set.of(3L, 4L, 6L));
        assertThat(search.get(3L).decision().isCovered()).isTrue();
        assertThat(shown(visibility.of(ids, Surface.PUSH, Map.of(), PATIENCE).join()))
                .isEqualTo(Set.of(6L));
        cluster.stop(users.shards().getFirst());
        assertThat(shown(visibility.of(ids, Surface.SEARCH, Map.of(), PATIENCE).join()))
                .isSubsetOf(Set.of(3L, 4L, 6L));
    }

    private static Set<Long> shown(Map<Long, Visibility.Standing> decided) {
        return decided.entrySet().stream()
                .filter(one -> one.getValue().decision().isShown())
                .map(Map.Entry::getKey)
                .collect(Collectors.toSet());
    }
}
