package dev.mobula.actors.feed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import dev.mobula.actors.runtime.InJvmCluster;
import dev.mobula.actors.users.UserShards;
import dev.mobula.ranking.safety.VisibilityPolicy.Held;
import dev.mobula.retrieval.store.AccountLabel;
import dev.mobula.retrieval.store.EdgeKind;
import dev.mobula.retrieval.store.Label;
import dev.mobula.retrieval.store.Preferences;
import dev.mobula.retrieval.store.UserEvent;
import dev.mobula.retrieval.store.UserWrite;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The feed's questions to the shards of users.
final class UserPeopleTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir private Path state;

    @Test
    void whatTheShardsKnowOfAUserIsWhatTheFeedIsTold() {
        try (InJvmCluster cluster = new InJvmCluster(Optional.of(state))) {
            UserShards users = UserShards.spawn(cluster, "users", 2);
            UserPeople people = new UserPeople(users);
            assertThat(people.view(9, PATIENCE).join()).isNotNull();
            long now = System.currentTimeMillis();
            users.record(
                            List.of(
                                    UserEvent.of("a", 1, 70, "like", now - 2),
                                    UserEvent.of("b", 1, 71, "view", now - 1)))
                    .join();
            users.write(
                            List.of(
                                    new UserWrite.Connect(1, EdgeKind.FOLLOW, 500, now),
                                    new UserWrite.Connect(1, EdgeKind.HIDE, 72, now),
                                    new UserWrite.Connect(1, EdgeKind.MUTE, 501, now),
                                    new UserWrite.Connect(502, EdgeKind.BLOCK, 1, now)))
                    .join();
            users.prefer(
                            1,
                            Preferences.NONE
                                    .withTopics("tea")
                                    .withLabelSetting("adult", "hide")
                                    .withLabelSetting("news", "show")
                                    .withAttribute("country", "de"))
                    .join();
            people.served(1, "ab", new long[] {73}, PATIENCE).join();
            Person person = people.view(1, PATIENCE).join();
            assertThat(person.events()).anyMatch(event -> event.item() == 70 && event.weight() > 0);
            assertThat(person.follows()).containsExactly(500);
            assertThat(person.topics()).containsExactly("tea");
            assertThat(person.wishes()).containsOnly(entry("adult", "hide"), entry("news", "show"));
            assertThat(person.attributes()).containsEntry("country", "de");
            long[] items = {71, 72, 73, 74, 75, 76};
            long[] authors = {1_000, 1_000, 1_000, 501, 502, 1_000};
            assertThat(people.check(1, items, authors, "ab", PATIENCE).join())
                    .containsExactly(
                            People.Verdict.SEEN,
                            People.Verdict.HIDDEN,
                            People.Verdict.SERVED,
                            People.Verdict.MUTED,
                            People.Verdict.BLOCKED,
                            People.Verdict.ALLOWED);
        }
    }

    @Test
    void labelsOfAnAuthorAreHeldAndOneWhoseOwnerIsAwayIsAbsent() {
        try (InJvmCluster cluster = new InJvmCluster(Optional.of(state))) {
            UserShards users = UserShards.spawn(cluster, "users", 2);
            UserPeople people = new UserPeople(users);
            AccountLabel suspended = new AccountLabel("suspended", "yes", "test", 1, Label.NEVER);
            users.write(List.of(new UserWrite.Judge(5, suspended))).join();
            long[] authors = LongStream.range(0, 40).toArray();
            Map<Long, List<Held>> held = people.labels(authors, PATIENCE).join();
            assertThat(held).hasSize(40);
            assertThat(held.get(5L)).extracting(Held::label).containsExactly("suspended", "yes");
            assertThat(held.get(6L)).isEmpty();
            cluster.stop(users.shards().getFirst());
            assertThat(people.labels(authors, PATIENCE).join().size()).isBetween(10, 30);
        }
    }
}
