package dev.mobula.actors.ranker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mobula.actors.runtime.CallException;
import dev.mobula.actors.runtime.Cluster;
import dev.mobula.actors.runtime.Failure;
import dev.mobula.actors.runtime.InJvmCluster;
import dev.mobula.actors.runtime.ServiceRef;
import dev.mobula.ranking.features.Drop;
import dev.mobula.ranking.features.FeatureValue;
import dev.mobula.ranking.features.FeatureVector;
import dev.mobula.ranking.model.KernelIdentity;
import dev.mobula.ranking.serving.Lineup;
import dev.mobula.retrieval.store.Attribute;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The same, and all that does not depend on where it runs.
final class InJvmRankersTest extends RankersContract {
    @TempDir private static Path state;
    private static InJvmCluster cluster;

    @BeforeAll
    static void open() {
        cluster = new InJvmCluster(Optional.of(state), true);
    }

    @AfterAll
    static void close() {
        cluster.close();
    }

    @Override
    protected Cluster cluster() {
        return cluster;
    }

    @Override
    protected void crash(ServiceRef service) {
        cluster.restart(service);
    }

    @Test
    void aFreshRankerServesTheStarterModelOverAllItems() {
        Scores scores = score(request(1, LongStream.range(0, ITEMS).toArray()));
        assertThat(scores.model()).isEqualTo("starter-1");
        assertThat(scores.kernel().engine()).isEqualTo(KernelIdentity.PACKED);
        assertThat(scores.heads()).containsExactly("click", "like");
        assertThat(scores.uncalibrated()).containsExactly("click", "like");
        assertThat(scores.size()).isEqualTo(ITEMS);
        assertThat(scores.value(ITEMS - 1, 0)).isGreaterThan(scores.value(0, 0));
    }

    @Test
    void severalUsersAreScoredInOneCallAndABadOneCostsNoOther() {
        serve("v1", 1);
        RankRequest wrong = full(2).withFeatures(Map.of("age", new FeatureValue.Text("old")));
        RankRequest misnamed = full(3).withFeatures(Map.of("agge", new FeatureValue.Amount(4)));
        RankRequest notFinite =
                full(4).withFeatures(Map.of("age", new FeatureValue.Amount(Double.NaN)));
        List<Ranked> all =
                rankers.scoreAll(List.of(full(1), wrong, misnamed, notFinite, full(5)), PATIENCE)
                        .join();
        assertThat(all).hasSize(5);
        assertThat(all.get(0)).isInstanceOf(Ranked.Scored.class);
        assertRefused(all.get(1), 2, "'age'");
        assertRefused(all.get(2), 3, "'agge'");
        assertRefused(all.get(3), 4, "NaN");
        assertThat(((Ranked.Scored) all.get(4)).scores().values())
                .isEqualTo(((Ranked.Scored) all.get(0)).scores().values());
        assertThatThrownBy(() -> score(misnamed))
                .cause()
                .isInstanceOfSatisfying(
                        CallException.class,
                        refused -> assertThat(refused.failure()).isEqualTo(Failure.REFUSED))
                .hasMessageContaining("user 3");
    }

    private static void assertRefused(Ranked ranked, long user, String what) {
        assertThat(ranked)
                .isInstanceOfSatisfying(
                        Ranked.Refused.class,
                        refused -> {
                            assertThat(refused.user()).isEqualTo(user);
                            assertThat(refused.reason()).contains(what);
                        });
    }

    @Test
    void aBadCandidateIsDroppedWithItsReasonAndTheRequestGoesOn() {
        Scores scores = score(request(1, 5, 999_999, 6, 5));
        assertThat(scores.ids()).containsExactly(5, 6);
        assertThat(scores.drops())
                .containsExactlyInAnyOrder(
                        new Drop(999_999, Drop.Reason.UNKNOWN_ITEM),
                        new Drop(5, Drop.Reason.DUPLICATE));
        assertThat(cluster().metrics())
                .containsPattern("mobula_ranker_drops_total\\{.*reason=\"UNKNOWN_ITEM\".*\\} 1");
    }

    @Test
    void everyWriteToTheShardsReachesTheRankers() {
        serve("v1", 1);
        Scores before = score(full(1));
        shards.put(List.of(item(7).withAttributes(Map.of("length", new Attribute.Whole(90_000)))))
                .join();
        shards.put(List.of(item(ITEMS))).join();
        shards.delete(8).join();
        shards.put(List.of(item(9).withState(dev.mobula.retrieval.store.ItemState.WITHHELD)))
                .join();
        assertThat(rankers.awaitCaughtUp(shards, PATIENCE)).isTrue();
        Scores after = score(full(1));
        assertThat(Arrays.stream(after.ids()).boxed()).doesNotContain(8L, 9L).hasSize(ITEMS - 2);
        assertThat(after.value(7, 0)).isNotEqualTo(before.value(7, 0));
        assertThat(score(request(1, ITEMS)).size()).isEqualTo(1);
        RankerStatus.Following following = rankers.status().getFirst().following().getFirst();
        assertThat(following.lag()).isZero();
        assertThat(cluster().metrics()).contains("mobula_ranker_lag{").contains("ranker_items{");
    }

    @Test
    void anItemThatDoesNotFitTheSchemaIsSetAsideAndCounted() {
        serve("v1", 1);
        shards.put(List.of(item(7).withAttributes(Map.of("length", new Attribute.Text("long")))))
                .join();
        shards.put(List.of(item(ITEMS))).join();
        assertThat(rankers.awaitCaughtUp(shards, PATIENCE)).isTrue();
        assertThat(rankers.status().getFirst().following())
                .filteredOn(it -> it.rejected() == 1)
                .isNotEmpty();
        assertThat(score(full(1)).size()).isEqualTo(ITEMS);
    }

    @Test
    void loggedFeaturesReplayToTheSameBits() {
        serve("v1", 1);
        Scores served = score(full(1).withVectors());
        assertThat(served.vectors()).hasSize(served.size());
        for (int candidate = 0; candidate < served.size(); candidate += 37) {
            byte[] vector = served.vectors().get(candidate);
            assertThat(FeatureVector.of(vector).id()).isEqualTo(served.ids()[candidate]);
            Scores again = rankers.replay(served.model(), served.kernel(), vector, PATIENCE).join();
            for (int head = 0; head < served.heads().size(); head++) {
                assertThat(Float.floatToRawIntBits(again.value(0, head)))
                        .isEqualTo(Float.floatToRawIntBits(served.value(candidate, head)));
            }
        }
        KernelIdentity foreign = new KernelIdentity("torch", 0, "2.7.1");
        assertThatThrownBy(
                        () ->
                                rankers.replay(
                                                served.model(),
                                                foreign,
                                                served.vectors().getFirst(),
                                                PATIENCE)
                                        .join())
                .hasMessageContaining("torch/0/2.7.1");
        assertThat(
                        rankers.describe(
                                        served.model(),
                                        served.kernel(),
                                        served.vectors().get(3),
                                        PATIENCE)
                                .join())
                .extracting("feature")
                .containsExactlyInAnyOrder(
                        "age", "country", "length", "likes", "author", "country_author");
    }

    @Test
    void aCanaryAnswersItsUsersAndNoRequestMixesTwoModels() {
        serve("v1", 1);
        rankers.install(TestModels.save(folder, "v2", 2)).join();
        Lineup lineup = Lineup.of("v1").withCanary("v2", 0.4);
        rankers.lineUp(lineup).join();
        Map<String, float[]> expected =
                Map.of("v1", expected("v1", lineup), "v2", expected("v2", lineup));
        for (long user = 0; user < 60; user++) {
            Scores scores = score(full(user));
            assertThat(scores.model()).isEqualTo(lineup.versionFor(user));
            assertThat(scores.values()).isEqualTo(expected.get(scores.model()));
        }
        assertThat(expected.get("v1")).isNotEqualTo(expected.get("v2"));
    }

    /// All users have the same features, so a version has one answer for all of them.
    private float[] expected(String version, Lineup lineup) {
        long user =
                LongStream.range(0, 1_000)
                        .filter(it -> lineup.versionFor(it).equals(version))
                        .findFirst()
                        .orElseThrow();
        return score(full(user)).values();
    }

    @Test
    void aShadowScoresTheSameRequestsAndItsDifferenceIsTold() {
        serve("v1", 1);
        rankers.install(TestModels.save(folder, "v2", 2)).join();
        rankers.lineUp(Lineup.of("v1").withShadows("v2")).join();
        Scores served = score(full(1));
        assertThat(served.model()).isEqualTo("v1");
        await(() -> !rankers.status().getFirst().shadows().isEmpty());
        await(() -> rankers.status().getFirst().shadows().getFirst().requests() > 0);
        RankerStatus.Shadow shadow = rankers.status().getFirst().shadows().getFirst();
        assertThat(shadow.version()).isEqualTo("v2");
        assertThat(shadow.heads()).extracting("head").containsExactly("click", "dwell");
        assertThat(shadow.heads())
                .allSatisfy(
                        head -> {
                            assertThat(head.candidates()).isEqualTo(ITEMS);
                            assertThat(head.differenceMean()).isPositive();
                            assertThat(head.differenceMax()).isGreaterThan(head.differenceMean());
                            assertThat(head.topOverlap()).isBetween(0.0, 1.0);
                        });
        assertThat(cluster().metrics())
                .containsPattern("mobula_ranker_shadow_difference\\{.*head=\"click\".*\"v2\"");
        rankers.lineUp(Lineup.of("v2")).join();
        assertThat(rankers.status().getFirst().shadows()).isEmpty();
    }

    @Test
    void aDamagedModelIsRefusedByNameAndWhatServedServesOn() throws Exception {
        serve("v1", 1);
        Path damaged = TestModels.save(folder, "v2", 2);
        byte[] weights = Files.readAllBytes(damaged.resolve("weights.safetensors"));
        weights[weights.length - 3] ^= 4;
        Files.write(damaged.resolve("weights.safetensors"), weights);
        assertRefused(() -> rankers.install(damaged).join(), "weights.safetensors");
        Path other = TestModels.save(folder, "v1", 99);
        assertRefused(() -> rankers.install(other).join(), "'v1' is installed already");
        assertRefused(() -> rankers.lineUp(Lineup.of("v2")).join(), "no model 'v2'");
        assertRefused(() -> rankers.retire("v1").join(), "'v1' has a part");
        assertThat(score(full(1)).model()).isEqualTo("v1");
    }

    private static void assertRefused(
            org.assertj.core.api.ThrowableAssert.ThrowingCallable call, String what) {
        assertThatThrownBy(call)
                .cause()
                .isInstanceOfSatisfying(
                        CallException.class,
                        refused -> assertThat(refused.failure()).isEqualTo(Failure.REFUSED))
                .hasMessageContaining(what);
    }

    @Test
    void aRetiredModelIsGoneAndMayComeBack() {
        serve("v1", 1);
        serve("v2", 2);
        rankers.retire("v1").join();
        rankers.retire("v1").join();
        assertThat(loaded()).containsExactlyInAnyOrder("starter-1", "v2");
        serve("v1", 3);
        assertThat(score(full(1)).model()).isEqualTo("v1");
    }

    private Set<String> loaded() {
        return rankers.status().getFirst().models().stream()
                .map(RankerStatus.Loaded::version)
                .collect(Collectors.toSet());
    }

    @Test
    void aRankerThatIsGoneCostsNoRequestWhileAnotherIsThere() {
        Rankers pair = Rankers.spawn(cluster(), "pair-" + NAMES.incrementAndGet(), 2, settings());
        cluster().stop(pair.rankers().getFirst());
        for (long user = 0; user < 10; user++) {
            assertThat(pair.score(request(user, 1, 2), PATIENCE).join().size()).isEqualTo(2);
        }
        cluster().stop(pair.rankers().getLast());
    }
}
