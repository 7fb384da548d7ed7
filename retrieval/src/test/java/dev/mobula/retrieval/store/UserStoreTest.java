package dev.mobula.retrieval.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mobula.retrieval.RetrievalException;
import dev.mobula.retrieval.RetrievalException.Code;
import dev.mobula.testing.Seeds;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class UserStoreTest {
    @TempDir Path directory;

    @Test
    void edgesAreKeptByKindAndTakenBack() {
        try (UserStore store = open()) {
            store.connect(1, EdgeKind.FOLLOW, 9, 100);
            store.connect(1, EdgeKind.FOLLOW, -3, 101);
            store.connect(1, EdgeKind.BLOCK, 5, 102);
            store.connect(2, EdgeKind.FOLLOW, 1, 103);
            assertThat(store.targets(1, EdgeKind.FOLLOW)).containsExactly(-3, 9);
            assertThat(store.edges(1, EdgeKind.BLOCK))
                    .containsExactly(new Edge(EdgeKind.BLOCK, 5, 102));
            assertThat(store.has(1, EdgeKind.MUTE, 5)).isFalse();
            store.disconnect(1, EdgeKind.FOLLOW, 9);
            store.disconnect(1, EdgeKind.FOLLOW, 77);
            assertThat(store.targets(1, EdgeKind.FOLLOW)).containsExactly(-3);
            List<Long> follows = new ArrayList<>();
            long position =
                    store.scan(EdgeKind.FOLLOW, (user, target, since) -> follows.add(target));
            assertThat(follows).containsExactly(-3L, 1L);
            assertThat(position).isEqualTo(6);
        }
    }

    @Test
    void aUserMayHideAnItemThatHasTheUsersOwnNumber() {
        try (UserStore store = open()) {
            store.connect(1, EdgeKind.HIDE, 1, 5);
            assertThat(store.targets(1, EdgeKind.HIDE)).containsExactly(1);
            assertThatThrownBy(() -> store.connect(1, EdgeKind.FOLLOW, 1, 5))
                    .hasMessageContaining("target=1");
        }
    }

    @Test
    void countersAddUpAcrossReopening() {
        try (UserStore store = open()) {
            store.count(1, "likes", 2);
            store.apply(
                    List.of(
                            new UserWrite.Count(1, "likes", 3),
                            new UserWrite.Count(1, "likes", -1),
                            new UserWrite.Count(1, "views", Long.MAX_VALUE)));
            assertThat(store.counter(1, "likes")).isEqualTo(4);
        }
        try (UserStore store = open()) {
            assertThat(store.counters(1)).isEqualTo(Map.of("likes", 4L, "views", Long.MAX_VALUE));
            assertThat(store.counter(1, "nothing")).isZero();
        }
    }

    @Test
    void aFullUserIsRefusedAndMakesRoomAgain() {
        StoreLimits limits = new StoreLimits(1, 8, 8, 1, 1, 1, 100, 3, 2, 10);
        try (UserStore store = UserStore.open(StoreOptions.at(directory).withLimits(limits))) {
            for (long target = 2; target < 5; target++) {
                store.connect(1, EdgeKind.FOLLOW, target, 0);
            }
            store.connect(1, EdgeKind.FOLLOW, 4, 1);
            assertFull(() -> store.connect(1, EdgeKind.FOLLOW, 5, 0));
            store.connect(1, EdgeKind.MUTE, 5, 0);
            store.disconnect(1, EdgeKind.FOLLOW, 2);
            store.connect(1, EdgeKind.FOLLOW, 5, 0);
            store.count(1, "a", 1);
            store.count(1, "b", 1);
            assertFull(() -> store.count(1, "c", 1));
            store.count(1, "a", 1);
            assertThatThrownBy(() -> store.count(1, "ninechars", 1))
                    .hasMessageContaining("counter bytes=9");
        }
    }

    @Test
    void theStoreAndItsStreamAgreeWithAModel() {
        Seeds.forAll(
                6,
                random -> {
                    Path folder = Files.createTempDirectory(directory, "model");
                    Model model = new Model();
                    for (int life = 0; life < 2; life++) {
                        try (UserStore store = UserStore.open(StoreOptions.at(folder))) {
                            for (int i = 0; i < 20; i++) {
                                List<UserWrite> batch = batch(random);
                                store.apply(batch);
                                batch.forEach(model::apply);
                            }
                            model.assertHeldBy(store);
                            Model follower = new Model();
                            Changes.Page<UserChange> page =
                                    (Changes.Page<UserChange>) store.changesSince(0, 100_000);
                            page.changes().forEach(change -> follower.apply(change.write()));
                            follower.assertHeldBy(store);
                        }
                    }
                });
    }

    private static List<UserWrite> batch(SplittableRandom random) {
        List<UserWrite> batch = new ArrayList<>();
        for (int i = random.nextInt(1, 8); i > 0; i--) {
            long user = random.nextInt(3);
            EdgeKind kind = List.of(EdgeKind.values()).get(random.nextInt(4));
            long target = 10L + random.nextInt(4);
            batch.add(
                    switch (random.nextInt(16)) {
                        case 0 -> new UserWrite.Forget(user);
                        case 1, 2, 3, 4 -> new UserWrite.Disconnect(user, kind, target);
                        case 5, 6, 7, 8 ->
                                new UserWrite.Count(
                                        user, "c" + random.nextInt(3), random.nextInt(-5, 9));
                        default -> new UserWrite.Connect(user, kind, target, random.nextInt(99));
                    });
        }
        return batch;
    }

    /// The same store as two maps.
    private static final class Model {
        private final Map<Long, Map<EdgeKind, Map<Long, Long>>> edges = new HashMap<>();
        private final Map<Long, Map<String, Long>> counters = new HashMap<>();

        void apply(UserWrite write) {
            switch (write) {
                case UserWrite.Connect(long user, EdgeKind kind, long target, long since) ->
                        of(user, kind).put(target, since);
                case UserWrite.Disconnect(long user, EdgeKind kind, long target) ->
                        of(user, kind).remove(target);
                case UserWrite.Count(long user, String counter, long delta) ->
                        counters.computeIfAbsent(user, key -> new TreeMap<>())
                                .merge(counter, delta, Long::sum);
                case UserWrite.Forget(long user) -> {
                    edges.remove(user);
                    counters.remove(user);
                }
                case UserWrite.Prefer _,
                        UserWrite.Judge _,
                        UserWrite.Unjudge _,
                        UserWrite.Happened _,
                        UserWrite.Erased _,
                        UserWrite.BlockedBy _ ->
                        throw new AssertionError(write);
            }
        }

        private Map<Long, Long> of(long user, EdgeKind kind) {
            return edges.computeIfAbsent(user, key -> new HashMap<>())
                    .computeIfAbsent(kind, key -> new TreeMap<>());
        }

        void assertHeldBy(UserStore store) {
            for (long user = 0; user < 3; user++) {
                for (EdgeKind kind : EdgeKind.values()) {
                    Map<Long, Long> stored = new TreeMap<>();
                    store.edges(user, kind)
                            .forEach(edge -> stored.put(edge.target(), edge.sinceMillis()));
                    assertThat(stored).isEqualTo(of(user, kind));
                }
                assertThat(store.counters(user)).isEqualTo(counters.getOrDefault(user, Map.of()));
            }
        }
    }

    private static void assertFull(Runnable call) {
        assertThatThrownBy(call::run)
                .isInstanceOfSatisfying(
                        RetrievalException.class,
                        refused -> assertThat(refused.code()).isEqualTo(Code.INVALID_INPUT))
                .hasMessageContaining("user=1");
    }

    private UserStore open() {
        return UserStore.open(StoreOptions.at(directory));
    }
}
