package dev.mobula.retrieval.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mobula.testing.Seeds;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class RetrieverTest {
    private static final long AMPLE = TimeUnit.SECONDS.toNanos(50);
    private static final SourceQuery QUERY = SourceQuery.of(1, 0);

    private final ExecutorService executor = Executors.newCachedThreadPool();

    @AfterEach
    void stop() {
        executor.shutdownNow();
    }

    @Test
    void sourcesTakeTurnsAndKnowWhoElseFound() {
        Retrieval found =
                retriever(lane(Find.fixed("a", 1, 2, 3), 3), lane(Find.fixed("b", 3, 1, 4), 3))
                        .retrieve(QUERY, id -> id == 2);
        assertThat(Find.ids(found)).containsExactly(1, 3, 4);
        assertThat(found.foundBy(0)).containsExactly("a", "b");
        assertThat(found.foundBy(1)).containsExactly("a", "b");
        assertThat(found.candidate(1)).isEqualTo(new Candidate(3, 3, "b", Reason.TRENDING, 0));
        assertThat(found.complete()).isTrue();
        SourceReport first = found.reports().getFirst();
        assertThat(first.found()).isEqualTo(3);
        assertThat(first.kept()).isEqualTo(1);
        assertThat(first.duplicates()).isEqualTo(1);
        assertThat(first.excluded()).isEqualTo(1);
    }

    @Test
    void aShareCutsEveryQuotaDownButToOneAtLeast() {
        Retriever retriever =
                retriever(lane(Find.fixed("a", 1, 2, 3, 4), 4), lane(Find.fixed("b", 9, 8), 2));
        assertThat(Find.ids(retriever.retrieve(QUERY, id -> false, .5))).containsExactly(1, 9, 2);
        assertThat(Find.ids(retriever.retrieve(QUERY, id -> false, 0))).containsExactly(1, 9);
        assertThatThrownBy(() -> retriever.retrieve(QUERY, id -> false, 1.5))
                .hasMessageContaining("share")
                .hasMessageContaining("1.5");
    }

    @Test
    void nothingIsLostAndNothingIsTwice() {
        Seeds.forAll(
                200,
                random -> {
                    List<SourceLane> lanes = new ArrayList<>();
                    Set<Long> all = new HashSet<>();
                    for (int s = random.nextInt(1, 6); s > 0; s--) {
                        long[] ids = distinct(random);
                        int quota = random.nextInt(1, 30);
                        LongStream.of(ids).limit(quota).forEach(all::add);
                        lanes.add(lane(Find.fixed("s" + s, ids), quota));
                    }
                    long modulus = random.nextInt(2, 9);
                    all.removeIf(id -> id % modulus == 0);
                    Retriever retriever = new Retriever(lanes, Runnable::run, System::nanoTime);
                    Retrieval found = retriever.retrieve(QUERY, id -> id % modulus == 0);
                    assertThat(Find.ids(found)).doesNotHaveDuplicates();
                    assertThat(Find.ids(found))
                            .containsExactlyInAnyOrder(
                                    all.stream().mapToLong(Long::longValue).toArray());
                    int kept = 0;
                    for (SourceReport report : found.reports()) {
                        kept += report.kept();
                        assertThat(report.found())
                                .isEqualTo(report.kept() + report.duplicates() + report.excluded());
                    }
                    assertThat(kept).isEqualTo(found.size());
                });
    }

    private static long[] distinct(SplittableRandom random) {
        return random.longs(random.nextInt(0, 40), 0, 60).distinct().toArray();
    }

    @Test
    void aSourceThatIsLateFailsOrIsBusyShortensTheAnswerAndIsNamed() throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        CandidateSource stuck =
                Find.source(
                        "stuck",
                        found -> {
                            awaitQuietly(never);
                            found.add(99, 1, Reason.TEXT, 0);
                        });
        CandidateSource broken =
                Find.source(
                        "broken",
                        found -> {
                            throw new IllegalStateException("no index");
                        });
        CandidateSource early =
                Find.source(
                        "early",
                        found -> {
                            found.add(5, 1, Reason.TEXT, 0);
                            found.cutShort();
                        });
        Retriever retriever =
                retriever(
                        new SourceLane(stuck, 5, TimeUnit.MILLISECONDS.toNanos(400), 1),
                        lane(broken, 5),
                        lane(early, 5),
                        lane(Find.fixed("good", 1, 2), 5));
        Retrieval first = retriever.retrieve(QUERY, id -> false);
        assertThat(Find.ids(first)).containsExactly(5, 1, 2);
        assertThat(first.complete()).isFalse();
        assertStatus(first, 0, SourceStatus.LATE, "no answer within 400000 us");
        assertStatus(first, 1, SourceStatus.FAILED, "no index");
        assertStatus(first, 2, SourceStatus.CUT_SHORT, "stopped at its deadline");
        assertStatus(first, 3, SourceStatus.COMPLETE, "");
        Retrieval second = retriever.retrieve(QUERY, id -> false);
        assertStatus(second, 0, SourceStatus.BUSY, "queries running=1");
        never.countDown();
        while (retriever.retrieve(QUERY, id -> false).reports().getFirst().status()
                != SourceStatus.COMPLETE) {
            Thread.onSpinWait();
        }
        SourceTotals totals = retriever.totals().getFirst();
        assertThat(totals.calls(SourceStatus.LATE)).isPositive();
        assertThat(totals.calls(SourceStatus.COMPLETE)).isEqualTo(1);
        assertThat(retriever.totals().get(3).kept()).isEqualTo(retriever.totals().get(3).found());
    }

    @Test
    void anExecutorThatRefusesMakesTheSourceBusyNotTheAnswerFail() {
        Retriever retriever =
                new Retriever(
                        List.of(lane(Find.fixed("a", 1), 1)),
                        task -> {
                            throw new RejectedExecutionException("full");
                        },
                        System::nanoTime);
        for (int i = 0; i < 3; i++) {
            Retrieval found = retriever.retrieve(QUERY, id -> false);
            assertStatus(found, 0, SourceStatus.BUSY, "the executor takes no more");
        }
    }

    @Test
    void theRequestsOwnDeadlineCutsEveryLane() {
        SourceQuery hurried = QUERY.withDeadline(new Deadline(System::nanoTime, System.nanoTime()));
        Retrieval found = retriever(lane(Find.fixed("a", 1), 1)).retrieve(hurried, id -> false);
        assertThat(found.reports().getFirst().status()).isEqualTo(SourceStatus.LATE);
    }

    @Test
    void twoSourcesOfOneNameAndLanesWithoutRoomAreRefused() {
        CandidateSource source = Find.fixed("a", 1);
        assertThatThrownBy(() -> retriever(lane(source, 1), lane(source, 1)))
                .hasMessageContaining("lanes=a");
        assertThatThrownBy(() -> lane(source, 0)).hasMessageContaining("a.quota=0");
        assertThatThrownBy(() -> new SourceLane(source, 1, 0, 1))
                .hasMessageContaining("a.budgetNanos=0");
    }

    private static void assertStatus(
            Retrieval found, int source, SourceStatus status, String reason) {
        assertThat(found.reports().get(source).status()).isEqualTo(status);
        assertThat(found.reports().get(source).reason()).contains(reason);
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static SourceLane lane(CandidateSource source, int quota) {
        return new SourceLane(source, quota, AMPLE, 16);
    }

    private Retriever retriever(SourceLane... lanes) {
        return new Retriever(List.of(lanes), executor, System::nanoTime);
    }
}
