package dev.mobula.actors.runtime;

import static dev.mobula.actors.runtime.Probe.number;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mobula.testing.Seeds;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class MailboxTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final byte[] EMPTY = new byte[0];

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final List<Throwable> crashes = new ArrayList<>();
    private final List<AutoCloseable> opened = new ArrayList<>();

    /// Answers when the test lets it, and remembers the batches it saw.
    private static class Gated implements Service {
        final Semaphore gate = new Semaphore(0);
        final CountDownLatch entered = new CountDownLatch(1);
        final ConcurrentLinkedQueue<List<Long>> batches = new ConcurrentLinkedQueue<>();
        final ConcurrentLinkedQueue<Integer> operations = new ConcurrentLinkedQueue<>();
        final AtomicInteger closes = new AtomicInteger();

        @Override
        public byte[] call(int op, byte[] request) {
            throw new IllegalStateException("callAll is what is called");
        }

        @Override
        public void callAll(int op, Batch batch) {
            entered.countDown();
            gate.acquireUninterruptibly();
            List<Long> seen = new ArrayList<>();
            for (int i = 0; i < batch.size(); i++) {
                seen.add(batch.request(i).length == 8 ? number(batch.request(i)) : -1);
                batch.answer(i, batch.request(i));
            }
            operations.add(op);
            batches.add(seen);
        }

        @Override
        public byte[] receive(int op, ByteBuffer shipment) {
            entered.countDown();
            gate.acquireUninterruptibly();
            return number(shipment.remaining());
        }

        void open() {
            gate.release(1_000_000);
        }

        @Override
        public void close() throws IOException {
            closes.incrementAndGet();
        }
    }

    private Mailbox mailbox(Service service, MailboxLimits limits, int threads) {
        Mailbox mailbox =
                new Mailbox(
                        "tested",
                        service,
                        limits,
                        threads,
                        new CallMeters(registry, "tested", 0),
                        crash -> {
                            synchronized (crashes) {
                                crashes.add(crash);
                                crashes.notifyAll();
                            }
                        });
        opened.add(mailbox);
        return mailbox;
    }

    private Mailbox mailbox(Service service, MailboxLimits limits) {
        return mailbox(service, limits, 1);
    }

    @AfterEach
    void closeAll() throws Exception {
        for (AutoCloseable mailbox : opened) {
            mailbox.close();
        }
    }

    private static Reply reply() {
        return new Reply("tested", 1, System.nanoTime() + PATIENCE.toNanos());
    }

    private static Reply post(Mailbox mailbox, int op, byte[] body) {
        Reply reply = reply();
        mailbox.post(op, body, reply);
        return reply;
    }

    private static Reply ship(Mailbox mailbox, int bytes) {
        Reply reply = reply();
        mailbox.post(1, ByteBuffer.allocate(bytes).asReadOnlyBuffer(), reply);
        return reply;
    }

    private static byte[] get(Reply reply) throws Exception {
        return reply.get(60, TimeUnit.SECONDS);
    }

    private static Failure failureOf(Reply reply) {
        return ClusterContract.failureOf(reply);
    }

    /// A gated service that is busy with a first request of operation 0.
    private Mailbox busy(Gated service, MailboxLimits limits) throws Exception {
        Mailbox mailbox = mailbox(service, limits);
        Reply occupying = post(mailbox, 0, EMPTY);
        assertThat(occupying).isNotDone();
        assertThat(service.entered.await(60, TimeUnit.SECONDS)).isTrue();
        return mailbox;
    }

    @Test
    void holdsAsManyRequestsAsItsLimitTheRunningOnesIncluded() throws Exception {
        Gated service = new Gated();
        Mailbox mailbox = busy(service, MailboxLimits.standard().withRequestsMax(3));
        Reply second = post(mailbox, 1, EMPTY);
        Reply third = post(mailbox, 1, EMPTY);
        assertThat(mailbox.load()).isEqualTo(3);
        assertThat(mailbox.queued()).isEqualTo(2);
        Reply fourth = post(mailbox, 1, EMPTY);
        assertThat(failureOf(fourth)).isEqualTo(Failure.OVERLOADED);
        assertThat(mailbox.load()).isEqualTo(3);
        service.open();
        get(second);
        get(third);
        assertThat(get(post(mailbox, 1, number(7)))).isEqualTo(number(7));
        assertThat(counted("mobula.call.failures", "OVERLOADED")).isEqualTo(1);
    }

    private double counted(String meter, String failure) {
        return registry.get(meter).tag("failure", failure).counter().count();
    }

    @Test
    void holdsAsManyBytesAsItsLimit() throws Exception {
        Gated service = new Gated();
        Mailbox mailbox = busy(service, MailboxLimits.standard().withBytesMax(100));
        Reply sixty = post(mailbox, 1, new byte[60]);
        assertThat(failureOf(post(mailbox, 1, new byte[41]))).isEqualTo(Failure.OVERLOADED);
        Reply forty = post(mailbox, 1, new byte[40]);
        assertThat(failureOf(post(mailbox, 1, new byte[1]))).isEqualTo(Failure.OVERLOADED);
        Reply nothing = post(mailbox, 1, EMPTY);
        service.open();
        get(sixty);
        get(forty);
        get(nothing);
        awaitIdle(mailbox);
        assertThat(get(post(mailbox, 1, new byte[100]))).hasSize(100);
    }

    @Test
    void holdsFourShipmentsBesidesItsCalls() throws Exception {
        Gated service = new Gated();
        Mailbox mailbox = busy(service, MailboxLimits.standard());
        List<Reply> taken = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            taken.add(ship(mailbox, 10 + i));
        }
        assertThat(failureOf(ship(mailbox, 1))).isEqualTo(Failure.OVERLOADED);
        Reply call = post(mailbox, 1, number(5));
        service.open();
        for (int i = 0; i < 4; i++) {
            assertThat(number(get(taken.get(i)))).isEqualTo(10 + i);
        }
        assertThat(get(call)).isEqualTo(number(5));
        awaitIdle(mailbox);
        assertThat(number(get(ship(mailbox, 3)))).isEqualTo(3);
    }

    private static void awaitIdle(Mailbox mailbox) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (mailbox.load() > 0) {
            assertThat(System.nanoTime()).isLessThan(deadline);
            Thread.onSpinWait();
        }
    }

    @Test
    void whatIsTooLargeByItselfIsRefused() {
        Gated service = new Gated();
        Mailbox mailbox = mailbox(service, MailboxLimits.standard().withRequestBytesMax(10));
        assertThat(failureOf(post(mailbox, 1, new byte[11]))).isEqualTo(Failure.REFUSED);
        assertThat(failureOf(ship(mailbox, Mailbox.SHIPMENT_BYTES_MAX + 1)))
                .isEqualTo(Failure.REFUSED);
        assertThat(mailbox.load()).isZero();
    }

    @Test
    void aBatchHasOneOperationAndKeepsTheOrderOfItsRequests() {
        Seeds.forAll(
                40,
                random -> {
                    Gated service = new Gated();
                    int batchMax = random.nextInt(1, 9);
                    MailboxLimits limits =
                            MailboxLimits.standard()
                                    .withBatch(batchMax, Duration.ofMillis(random.nextInt(2)));
                    Mailbox mailbox = busy(service, limits);
                    Map<Long, Integer> operationOf = new HashMap<>();
                    List<Reply> replies = new ArrayList<>();
                    int count = random.nextInt(100);
                    for (long id = 0; id < count; id++) {
                        int op = 1 + random.nextInt(3);
                        operationOf.put(id, op);
                        replies.add(post(mailbox, op, number(id)));
                    }
                    service.open();
                    for (int id = 0; id < count; id++) {
                        assertThat(number(get(replies.get(id)))).isEqualTo(id);
                    }
                    mailbox.close();
                    List<List<Long>> batches = List.copyOf(service.batches);
                    assertThat(batches)
                            .allSatisfy(
                                    batch -> assertThat(batch).hasSizeLessThanOrEqualTo(batchMax));
                    assertThat(batches.stream().skip(1))
                            .allSatisfy(
                                    batch ->
                                            assertThat(batch.stream().map(operationOf::get))
                                                    .containsOnly(
                                                            operationOf.get(batch.getFirst())));
                    assertThat(batches.stream().skip(1).flatMap(List::stream))
                            .as("one thread answers in the order of arrival")
                            .isSorted()
                            .hasSize(count);
                });
    }

    @Test
    void aShipmentIsNeverPartOfABatch() throws Exception {
        Gated service = new Gated();
        Mailbox mailbox = busy(service, MailboxLimits.standard());
        Reply before = post(mailbox, 1, number(1));
        Reply shipped = ship(mailbox, 9);
        Reply after = post(mailbox, 1, number(2));
        service.open();
        assertThat(get(before)).isEqualTo(number(1));
        assertThat(number(get(shipped))).isEqualTo(9);
        assertThat(get(after)).isEqualTo(number(2));
        mailbox.close();
        assertThat(service.batches).containsExactly(List.of(-1L), List.of(1L), List.of(2L));
    }

    @Test
    void aRequestThatIsOverIsNotServed() throws Exception {
        Gated service = new Gated();
        Mailbox mailbox = busy(service, MailboxLimits.standard());
        Reply due = new Reply("tested", 1, System.nanoTime() - 1);
        mailbox.post(1, number(1), due);
        Reply cancelled = post(mailbox, 1, number(2));
        cancelled.cancel(false);
        Reply alive = post(mailbox, 1, number(3));
        service.open();
        get(alive);
        assertThat(failureOf(due)).isEqualTo(Failure.TIMEOUT);
        mailbox.close();
        assertThat(service.batches).containsExactly(List.of(-1L), List.of(3L));
        assertThat(mailbox.load()).isZero();
    }

    @Test
    void aBatchOfRequestsThatAreAllOverReachesNoService() throws Exception {
        Gated service = new Gated();
        Mailbox mailbox = busy(service, MailboxLimits.standard());
        for (int i = 0; i < 10; i++) {
            mailbox.post(1, number(i), new Reply("tested", 1, System.nanoTime() - 1));
        }
        service.open();
        awaitIdle(mailbox);
        mailbox.close();
        assertThat(service.batches).hasSize(1);
    }

    @Test
    void closingFailsWhatWaitsAndWaitsForWhatRuns() throws Exception {
        Gated service = new Gated();
        Mailbox mailbox = mailbox(service, MailboxLimits.standard());
        Reply running = post(mailbox, 1, number(1));
        assertThat(service.entered.await(60, TimeUnit.SECONDS)).isTrue();
        Reply waiting = post(mailbox, 2, number(2));
        CompletableFuture<Void> closing = CompletableFuture.runAsync(mailbox::close);
        assertThat(failureOf(waiting)).isEqualTo(Failure.UNAVAILABLE);
        assertThat(mailbox.open()).isFalse();
        assertThat(service.closes).hasValue(0);
        assertThat(failureOf(post(mailbox, 1, EMPTY))).isEqualTo(Failure.UNAVAILABLE);
        service.open();
        closing.get(60, TimeUnit.SECONDS);
        assertThat(running).isCompleted();
        assertThat(service.closes).hasValue(1);
        mailbox.close();
        assertThat(service.closes).hasValue(1);
        assertThat(registry.getMeters()).isEmpty();
        assertThat(Thread.getAllStackTraces().keySet())
                .noneMatch(thread -> thread.getName().startsWith("mobula-tested"));
    }

    @Test
    void aServiceThatDoesNotCloseIsATypedFailure() {
        Service unclean =
                new Gated() {
                    @Override
                    public void close() {
                        throw new IllegalStateException("column family still open");
                    }
                };
        Mailbox mailbox = mailbox(unclean, MailboxLimits.standard());
        assertThatThrownBy(mailbox::close)
                .isInstanceOf(CallException.class)
                .hasMessageContaining("column family still open");
    }

    private static Service answering(BatchAnswer answer) {
        return new Gated() {
            @Override
            public void callAll(int op, Batch batch) {
                answer.to(batch);
            }
        };
    }

    private interface BatchAnswer {
        void to(Batch batch);
    }

    @Test
    void aRequestWithoutAnAnswerFails() throws Exception {
        Mailbox mailbox = mailbox(answering(batch -> {}), MailboxLimits.standard());
        Reply reply = post(mailbox, 1, EMPTY);
        assertThat(failureOf(reply)).isEqualTo(Failure.APPLICATION);
        assertThat(reply.exceptionNow()).hasMessageContaining("no answer");
    }

    @Test
    void anExceptionFailsWhatWasNotAnsweredAndKeepsTheRest() throws Exception {
        CyclicBarrier together = new CyclicBarrier(2);
        Service service =
                answering(
                        batch -> {
                            if (batch.size() == 1) {
                                meet(together);
                                meet(together);
                            }
                            batch.answer(0, batch.request(0));
                            throw new IllegalArgumentException("row 1");
                        });
        Mailbox mailbox = mailbox(service, MailboxLimits.standard());
        Reply alone = post(mailbox, 0, number(0));
        meet(together);
        Reply first = post(mailbox, 1, number(1));
        Reply second = post(mailbox, 1, number(2));
        meet(together);
        assertThat(get(alone)).isEqualTo(number(0));
        assertThat(get(first)).isEqualTo(number(1));
        assertThat(failureOf(second)).isEqualTo(Failure.APPLICATION);
        assertThat(second.exceptionNow()).hasMessageContaining("row 1");
        assertThat(crashes).isEmpty();
    }

    private static void meet(CyclicBarrier barrier) {
        try {
            barrier.await(60, TimeUnit.SECONDS);
        } catch (Exception failed) {
            throw new IllegalStateException(failed);
        }
    }

    @Test
    void aTypedExceptionKeepsItsKind() {
        Service refusing =
                answering(
                        batch -> {
                            throw new CallException(Failure.REFUSED, "no operation 9");
                        });
        Mailbox mailbox = mailbox(refusing, MailboxLimits.standard());
        assertThat(failureOf(post(mailbox, 9, EMPTY))).isEqualTo(Failure.REFUSED);
    }

    @Test
    void anAnswerOverTheLimitOrNoneAtAllIsTheServicesFailure() {
        Mailbox large =
                mailbox(
                        answering(
                                batch ->
                                        batch.answerEach(
                                                request -> new byte[Mailbox.ANSWER_BYTES_MAX + 1])),
                        MailboxLimits.standard());
        Reply reply = post(large, 1, EMPTY);
        assertThat(failureOf(reply)).isEqualTo(Failure.APPLICATION);
        assertThat(reply.exceptionNow()).hasMessageContaining("" + Mailbox.ANSWER_BYTES_MAX);
        Mailbox none =
                mailbox(
                        answering(batch -> batch.answerEach(request -> null)),
                        MailboxLimits.standard());
        assertThat(failureOf(post(none, 1, EMPTY))).isEqualTo(Failure.APPLICATION);
    }

    @Test
    void anErrorFailsItsRequestsIsReportedAndFreesItsRoom() throws Exception {
        Service crashing =
                answering(
                        batch -> {
                            throw new StackOverflowError("deep");
                        });
        Mailbox mailbox = mailbox(crashing, MailboxLimits.standard());
        assertThat(failureOf(post(mailbox, 1, EMPTY))).isEqualTo(Failure.UNAVAILABLE);
        synchronized (crashes) {
            while (crashes.isEmpty()) {
                crashes.wait(60_000);
            }
            assertThat(crashes).singleElement().isInstanceOf(StackOverflowError.class);
        }
        assertThat(mailbox.load()).isZero();
        mailbox.close();
    }

    @Test
    void severalThreadsAnswerEveryRequestOnceUnderLoad() throws Exception {
        AtomicInteger concurrent = new AtomicInteger();
        AtomicInteger concurrentMax = new AtomicInteger();
        Service service =
                answering(
                        batch -> {
                            int now = concurrent.incrementAndGet();
                            concurrentMax.accumulateAndGet(now, Math::max);
                            batch.answerEach(request -> number(2 * number(request)));
                            concurrent.decrementAndGet();
                        });
        Mailbox mailbox = mailbox(service, MailboxLimits.standard().withBatch(7, Duration.ZERO), 4);
        List<Thread> callers = new ArrayList<>();
        ConcurrentLinkedQueue<Throwable> wrong = new ConcurrentLinkedQueue<>();
        for (int caller = 0; caller < 4; caller++) {
            int first = caller * 10_000;
            callers.add(
                    Thread.ofPlatform()
                            .uncaughtExceptionHandler((thread, failed) -> wrong.add(failed))
                            .start(() -> askMany(mailbox, first)));
        }
        for (Thread caller : callers) {
            caller.join();
        }
        assertThat(wrong).isEmpty();
        assertThat(concurrentMax.get()).isBetween(1, 4);
        awaitIdle(mailbox);
    }

    private static void askMany(Mailbox mailbox, int first) {
        for (int i = first; i < first + 5_000; i += 50) {
            List<Reply> replies = new ArrayList<>();
            for (int j = 0; j < 50; j++) {
                replies.add(post(mailbox, j % 3, number(i + j)));
            }
            for (int j = 0; j < 50; j++) {
                assertThat(number(replies.get(j).join())).isEqualTo(2L * (i + j));
            }
        }
    }

    @Test
    void aThreadThatLingersForItsBatchHoldsUpNoOtherOperation() throws Exception {
        Semaphore turn = new Semaphore(0);
        Gated service =
                new Gated() {
                    @Override
                    public void callAll(int op, Batch batch) {
                        if (op == 1) {
                            turn.acquireUninterruptibly();
                        }
                        batch.answerEach(request -> request);
                    }
                };
        MailboxLimits lingering = MailboxLimits.standard().withBatch(2, Duration.ofSeconds(1));
        Mailbox mailbox = mailbox(service, lingering, 2);
        Reply shipped = ship(mailbox, 1);
        assertThat(service.entered.await(60, TimeUnit.SECONDS)).isTrue();
        Reply lingers = post(mailbox, 1, EMPTY);
        awaitBothThreadsWaiting();
        service.open();
        get(shipped);
        awaitBothThreadsWaiting();
        get(post(mailbox, 2, EMPTY));
        assertThat(lingers).isNotDone();
        turn.release();
        get(lingers);
    }

    private static void awaitBothThreadsWaiting() {
        List<Thread> workers =
                Thread.getAllStackTraces().keySet().stream()
                        .filter(thread -> thread.getName().startsWith("mobula-tested-"))
                        .toList();
        assertThat(workers).hasSize(2);
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!workers.stream().allMatch(MailboxTest::waits)) {
            assertThat(System.nanoTime()).isLessThan(deadline);
            Thread.onSpinWait();
        }
    }

    private static boolean waits(Thread thread) {
        return thread.getState() == Thread.State.WAITING
                || thread.getState() == Thread.State.TIMED_WAITING;
    }
}
