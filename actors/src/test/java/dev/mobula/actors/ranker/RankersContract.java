package dev.mobula.actors.ranker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mobula.actors.items.ItemShardSettings;
import dev.mobula.actors.items.ItemShards;
import dev.mobula.actors.runtime.CallException;
import dev.mobula.actors.runtime.Cluster;
import dev.mobula.actors.runtime.ServiceRef;
import dev.mobula.ranking.features.FeatureValue;
import dev.mobula.ranking.serving.Lineup;
import dev.mobula.retrieval.store.Attribute;
import dev.mobula.retrieval.store.Item;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What the ranking service holds to through faults and swaps, on whichever cluster it runs.
public abstract class RankersContract {
    static final AtomicInteger NAMES = new AtomicInteger();
    static final Duration PATIENCE = Duration.ofSeconds(60);
    static final long NOW_SECONDS = 1_700_000_000L;
    static final int ITEMS = 300;
    private static final Map<String, FeatureValue> USER =
            Map.of("age", new FeatureValue.Amount(41), "country", new FeatureValue.Text("de"));

    @TempDir Path folder;
    ItemShards shards;
    Rankers rankers;

    protected abstract Cluster cluster();

    /// Ends a service's instance without its consent; it is to come back.
    protected abstract void crash(ServiceRef service) throws Exception;

    @BeforeEach
    void spawn() {
        int name = NAMES.incrementAndGet();
        shards = ItemShards.spawn(cluster(), "ranked-" + name, 2, ItemShardSettings.of(2));
        shards.put(LongStream.range(0, ITEMS).mapToObj(RankersContract::item).toList()).join();
        rankers = Rankers.spawn(cluster(), "ranker-of-" + name, 1, settings());
    }

    RankerSettings settings() {
        return RankerSettings.following(shards.layout()).withItemsMax(10_000).withPackedAlone();
    }

    @AfterEach
    void stop() {
        List<ServiceRef> all = new ArrayList<>(rankers.rankers());
        all.addAll(shards.shards());
        for (ServiceRef service : all) {
            if (cluster().lookup(service.name()).isPresent()) {
                cluster().stop(service);
            }
        }
    }

    static Item item(long id) {
        return Item.of(id, id % 17, 1_000)
                .withEmbedding(new float[] {1, id})
                .withAttributes(
                        Map.of(
                                "length", new Attribute.Whole(id),
                                "likes", new Attribute.Whole(id % 7),
                                "likes.at", new Attribute.Whole(NOW_SECONDS - id),
                                "quality", new Attribute.Real(id / 1_000d)));
    }

    static RankRequest request(long user, long... candidates) {
        return RankRequest.of(user, candidates, NOW_SECONDS);
    }

    static RankRequest full(long user) {
        return request(user, LongStream.range(0, ITEMS).toArray()).withFeatures(USER);
    }

    Scores score(RankRequest request) {
        return rankers.score(request, PATIENCE).join();
    }

    void serve(String version, long seed) {
        assertThat(rankers.install(TestModels.save(folder, version, seed)).join())
                .isEqualTo(version);
        rankers.lineUp(Lineup.of(version)).join();
    }

    @Test
    void swapsUnderLoadLoseNoRequestAndMixNoModels() throws Exception {
        serve("v1", 1);
        rankers.install(TestModels.save(folder, "v2", 2)).join();
        Map<String, float[]> expected = new ConcurrentHashMap<>();
        for (String version : List.of("v1", "v2")) {
            rankers.lineUp(Lineup.of(version)).join();
            expected.put(version, score(full(1)).values());
        }
        AtomicBoolean stopped = new AtomicBoolean();
        Set<String> seen = ConcurrentHashMap.newKeySet();
        AtomicLong answered = new AtomicLong();
        List<Thread> callers = new ArrayList<>();
        Set<Throwable> failures = ConcurrentHashMap.newKeySet();
        for (int i = 0; i < 2; i++) {
            callers.add(
                    Thread.ofPlatform()
                            .start(
                                    () -> {
                                        while (!stopped.get()) {
                                            Scores scores = score(full(1));
                                            seen.add(scores.model());
                                            answered.incrementAndGet();
                                            if (!Arrays.equals(
                                                    scores.values(),
                                                    expected.get(scores.model()))) {
                                                failures.add(new AssertionError(scores.model()));
                                            }
                                        }
                                    }));
            callers.getLast().setUncaughtExceptionHandler((_, failed) -> failures.add(failed));
        }
        for (int swap = 0; swap < 20; swap++) {
            rankers.lineUp(Lineup.of(swap % 2 == 0 ? "v1" : "v2")).join();
            long until = answered.get() + 4;
            await(() -> answered.get() >= until || !failures.isEmpty());
        }
        stopped.set(true);
        for (Thread caller : callers) {
            caller.join();
        }
        assertThat(failures).isEmpty();
        assertThat(seen).containsExactlyInAnyOrder("v1", "v2");
    }

    @Test
    void aRankerKilledUnderLoadAnswersAgainWithTheSameVersionAndTheSameBits() throws Exception {
        serve("v1", 1);
        rankers.install(TestModels.save(folder, "v2", 2)).join();
        rankers.lineUp(Lineup.of("v2").withShadows("v1")).join();
        float[] expected = score(full(1)).values();
        AtomicBoolean stopped = new AtomicBoolean();
        AtomicLong answered = new AtomicLong();
        Set<String> wrong = ConcurrentHashMap.newKeySet();
        Thread caller =
                Thread.ofPlatform()
                        .start(
                                () -> {
                                    while (!stopped.get()) {
                                        try {
                                            Scores scores = score(full(1));
                                            answered.incrementAndGet();
                                            if (!scores.model().equals("v2")
                                                    || !Arrays.equals(scores.values(), expected)) {
                                                wrong.add(scores.model() + scores.size());
                                            }
                                        } catch (CompletionException away) {
                                            if (!(away.getCause() instanceof CallException)) {
                                                wrong.add(away.toString());
                                            }
                                        }
                                    }
                                });
        await(() -> answered.get() > 20);
        crash(rankers.rankers().getFirst());
        long then = answered.get();
        await(() -> answered.get() > then + 20);
        stopped.set(true);
        caller.join();
        assertThat(wrong).isEmpty();
        assertThat(rankers.status().getFirst().lineup())
                .isEqualTo(Lineup.of("v2").withShadows("v1"));
    }

    static void await(java.util.function.BooleanSupplier condition) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("patience").isLessThan(deadline);
            Thread.onSpinWait();
        }
    }
}
