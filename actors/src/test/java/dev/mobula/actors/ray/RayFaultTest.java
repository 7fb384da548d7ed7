package dev.mobula.actors.ray;

import static dev.mobula.actors.runtime.Probe.bytes;
import static dev.mobula.actors.runtime.Probe.millis;
import static dev.mobula.actors.runtime.Probe.number;
import static dev.mobula.actors.runtime.Probe.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mobula.actors.runtime.CallException;
import dev.mobula.actors.runtime.Failure;
import dev.mobula.actors.runtime.Probe;
import dev.mobula.actors.runtime.Request;
import dev.mobula.actors.runtime.ServiceRef;
import dev.mobula.actors.runtime.ServiceSpec;
import dev.mobula.actors.runtime.StateKind;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@Tag("ray")
@ExtendWith(RayTestCluster.Extension.class)
final class RayFaultTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration CALL_LIMIT = Duration.ofSeconds(5);
    private static final Duration LATE = Duration.ofSeconds(2);

    private final RayTestCluster ray;
    private final List<ServiceRef> spawned = new ArrayList<>();

    RayFaultTest(RayTestCluster ray) {
        this.ray = ray;
    }

    private ServiceRef spawn(ServiceSpec.Builder spec) {
        ServiceRef ref = ray.services().spawn(spec.build());
        spawned.add(ref);
        return ref;
    }

    @AfterEach
    void stopWhatTheTestSpawned() {
        spawned.forEach(ray.services()::stop);
    }

    private CompletableFuture<byte[]> call(ServiceRef service, int op, byte[] body) {
        return ray.services().call(service, Request.of(op, body).within(CALL_LIMIT));
    }

    private byte[] askUntilAnswered(ServiceRef service, int op, byte[] body) {
        return ray.services().call(service, Request.of(op, body).within(PATIENCE).retried()).join();
    }

    private static void await(String what, BooleanSupplier holds) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!holds.getAsBoolean()) {
            assertThat(System.nanoTime()).as(what).isLessThan(deadline);
            LockSupport.parkNanos(20_000_000);
        }
    }

    private static void signal(long pid, String signal) throws Exception {
        Process kill = new ProcessBuilder("kill", "-" + signal, Long.toString(pid)).start();
        assertThat(kill.waitFor()).isZero();
    }

    private static void resume(ProcessHandle paused) {
        try {
            signal(paused.pid(), "CONT");
        } catch (Exception failed) {
            throw new IllegalStateException("cannot resume " + paused.pid(), failed);
        }
    }

    /// Callers that append numbered entries until told to stop, and what they were told.
    private final class Writers {
        final Set<Long> acknowledged = ConcurrentHashMap.newKeySet();
        final Set<Failure> failures = ConcurrentHashMap.newKeySet();
        final List<Throwable> surprises = new ArrayList<>();
        private final AtomicBoolean stopped = new AtomicBoolean();
        private final AtomicLong entries = new AtomicLong();
        private final List<Thread> threads = new ArrayList<>();
        private final ServiceRef service;

        Writers(ServiceRef service, int count) {
            this.service = service;
            for (int i = 0; i < count; i++) {
                threads.add(Thread.ofPlatform().start(this::write));
            }
        }

        private void write() {
            while (!stopped.get()) {
                long entry = entries.incrementAndGet();
                long start = System.nanoTime();
                try {
                    call(service, Probe.APPEND, number(entry))
                            .get(CALL_LIMIT.plus(LATE).toMillis(), TimeUnit.MILLISECONDS);
                    acknowledged.add(entry);
                } catch (ExecutionException failed) {
                    note(failed.getCause());
                    LockSupport.parkNanos(5_000_000);
                } catch (Exception untyped) {
                    note(
                            new IllegalStateException(
                                    "after " + (System.nanoTime() - start), untyped));
                }
            }
        }

        private void note(Throwable failed) {
            if (failed instanceof CallException typed) {
                failures.add(typed.failure());
            } else {
                synchronized (surprises) {
                    surprises.add(failed);
                }
            }
        }

        void awaitMore(int count) {
            int before = acknowledged.size();
            await("more writes", () -> acknowledged.size() >= before + count);
        }

        void stop() throws InterruptedException {
            stopped.set(true);
            for (Thread thread : threads) {
                thread.join();
            }
        }
    }

    private static List<Long> entriesOf(byte[] journal) {
        ByteBuffer buffer = ByteBuffer.wrap(journal);
        List<Long> entries = new ArrayList<>();
        while (buffer.remaining() >= Long.BYTES) {
            entries.add(buffer.getLong());
        }
        return entries;
    }

    @Test
    void aKilledServiceLosesNoAcknowledgedWriteAndFailsTheOthersInTime() throws Exception {
        ServiceRef probe =
                spawn(
                        ServiceSpec.named("fault-killed", Probe.DurableFactory.class)
                                .state(StateKind.LOCAL));
        Writers writers = new Writers(probe, 8);
        writers.awaitMore(200);
        signal(number(askUntilAnswered(probe, Probe.PROCESS, new byte[0])), "KILL");
        writers.awaitMore(200);
        writers.stop();

        List<Long> journal = entriesOf(askUntilAnswered(probe, Probe.READ, new byte[0]));
        assertThat(writers.surprises).isEmpty();
        assertThat(writers.failures).isNotEmpty().isSubsetOf(Failure.UNAVAILABLE, Failure.TIMEOUT);
        assertThat(new HashSet<>(journal)).hasSameSizeAs(journal);
        assertThat(journal).containsAll(writers.acknowledged);
    }

    @Test
    void answersUnderAKillAreRightOrTypedFailures() throws Exception {
        ServiceRef probe = spawn(ServiceSpec.named("fault-echo", Probe.Factory.class));
        long process = number(askUntilAnswered(probe, Probe.PROCESS, new byte[0]));
        List<CompletableFuture<byte[]>> replies = new ArrayList<>();
        for (int i = 0; i < 4_000; i++) {
            replies.add(call(probe, Probe.ECHO, number(i)));
            if (i == 2_000) {
                signal(process, "KILL");
            }
        }
        for (int i = 0; i < replies.size(); i++) {
            try {
                assertThat(number(replies.get(i).get(30, TimeUnit.SECONDS))).isEqualTo(i);
            } catch (ExecutionException failed) {
                assertThat(failed.getCause()).isInstanceOf(CallException.class);
            }
        }
        assertThat(text(askUntilAnswered(probe, Probe.ECHO, bytes("back")))).isEqualTo("back");
    }

    @Test
    void aLostNodeGivesItsSharedServicesAwayAndKeepsItsOwn() throws Exception {
        ServiceRef shared =
                spawn(
                        ServiceSpec.named("fault-shared", Probe.DurableFactory.class)
                                .state(StateKind.SHARED)
                                .resources(Map.of("roaming", 1.0)));
        String home = text(askUntilAnswered(shared, Probe.NODE, new byte[0]));
        String elsewhere = home.equals("node-2") ? "node-3" : "node-2";
        ServiceRef local =
                spawn(
                        ServiceSpec.named("fault-local", Probe.DurableFactory.class)
                                .state(StateKind.LOCAL)
                                .node(home));
        askUntilAnswered(local, Probe.APPEND, number(1));
        askUntilAnswered(shared, Probe.APPEND, number(2));
        long ghost = number(askUntilAnswered(shared, Probe.PROCESS, new byte[0]));

        signal(ghost, "STOP");
        ray.nodes().node(home).killRaylet();
        try {
            await("the local service is away", () -> failsAtOnce(local));
            assertThat(text(askUntilAnswered(shared, Probe.NODE, new byte[0])))
                    .isEqualTo(elsewhere);
            assertThat(entriesOf(askUntilAnswered(shared, Probe.READ, new byte[0])))
                    .containsExactly(2L);
            askUntilAnswered(shared, Probe.APPEND, number(3));
        } finally {
            ProcessHandle.of(ghost).ifPresent(paused -> resume(paused));
        }
        await("the ghost ends", () -> ProcessHandle.of(ghost).isEmpty());
        assertThat(entriesOf(askUntilAnswered(shared, Probe.READ, new byte[0])))
                .containsExactly(2L, 3L);

        ray.nodes().restart(home);
        assertThat(entriesOf(askUntilAnswered(local, Probe.READ, new byte[0]))).containsExactly(1L);
        assertThat(text(askUntilAnswered(local, Probe.NODE, new byte[0]))).isEqualTo(home);
    }

    private boolean failsAtOnce(ServiceRef service) {
        CompletableFuture<byte[]> reply = call(service, Probe.ECHO, new byte[0]);
        return reply.isCompletedExceptionally()
                && reply.exceptionNow() instanceof CallException failed
                && failed.failure() == Failure.UNAVAILABLE;
    }

    @Test
    void callsGoOnWhileTheControlPlaneIsAwayAndSpawnsAfterwards() {
        ServiceRef probe = spawn(ServiceSpec.named("fault-gcs", Probe.Factory.class));
        ray.nodes().head().killGcs();
        for (int i = 0; i < 200; i++) {
            assertThat(number(call(probe, Probe.ECHO, number(i)).join())).isEqualTo(i);
        }
        ray.nodes().head().restartGcs();
        ServiceRef later = spawn(ServiceSpec.named("fault-gcs-later", Probe.Factory.class));
        assertThat(text(askUntilAnswered(later, Probe.ECHO, bytes("new")))).isEqualTo("new");
        assertThat(text(askUntilAnswered(probe, Probe.ECHO, bytes("old")))).isEqualTo("old");
    }

    @Test
    void aKilledDriverLeavesOnlyWhatItDetached() throws Exception {
        Process driver =
                DriverProgram.start(
                        Map.of(),
                        ray.nodes().address(),
                        ray.nodes().head().nodeIp(),
                        "bound-to-driver",
                        "detached-from-driver");
        String printed = DriverProgram.awaitReady(driver);
        assertThat(printed).endsWith(DriverProgram.READY + "\n");
        driver.destroyForcibly();

        ServiceRef detached = ray.services().lookup("detached-from-driver").orElseThrow();
        spawned.add(detached);
        assertThat(text(askUntilAnswered(detached, Probe.ECHO, bytes("here")))).isEqualTo("here");
        await(
                "the bound service ends",
                () ->
                        ray.services().services().stream()
                                .noneMatch(status -> status.name().equals("bound-to-driver")));
    }

    @Test
    void aFloodAgainstASlowServiceIsRefusedInBoundedMemory() {
        ServiceRef probe = spawn(ServiceSpec.named("fault-flood", Probe.Factory.class));
        byte[] body = ByteBuffer.allocate(64 << 10).putInt(50).array();
        int requests = (1 << 30) / body.length;
        AtomicLong overloaded = new AtomicLong();
        AtomicLong others = new AtomicLong();
        List<CompletableFuture<Void>> ends = new ArrayList<>();
        for (int i = 0; i < requests; i++) {
            ends.add(
                    call(probe, Probe.SLEEP_THEN_ECHO, body)
                            .handle(
                                    (answer, failed) -> {
                                        boolean full =
                                                failed instanceof CallException typed
                                                        && typed.failure() == Failure.OVERLOADED;
                                        (full ? overloaded : others).incrementAndGet();
                                        return null;
                                    }));
        }
        CompletableFuture.allOf(ends.toArray(CompletableFuture<?>[]::new)).join();
        assertThat(overloaded.get() + others.get()).isEqualTo(requests);
        assertThat(overloaded.get()).isGreaterThan(requests / 2);
        assertThat(text(askUntilAnswered(probe, Probe.ECHO, bytes("calm")))).isEqualTo("calm");
        long residentBytes =
                ray.services().services().stream()
                        .filter(status -> status.name().equals(probe.name()))
                        .findFirst()
                        .orElseThrow()
                        .memoryBytes();
        assertThat(residentBytes).isBetween(1L, 800L << 20);
    }

    @Test
    void aWrongJvmOptionIsAClearErrorAndLeavesNothing() {
        assertThatThrownBy(
                        () ->
                                spawn(
                                        ServiceSpec.named("fault-option", Probe.Factory.class)
                                                .jvmOptions("-XX:+NoSuchOption")))
                .isInstanceOf(CallException.class)
                .hasMessageContaining("NoSuchOption");
        assertThatThrownBy(
                        () ->
                                spawn(
                                        ServiceSpec.named("fault-option", Probe.Factory.class)
                                                .jvmOptions("-XX:+UseZGC")))
                .as("another collector than the one every service has")
                .isInstanceOf(CallException.class)
                .hasMessageContaining("Multiple garbage collectors");
        assertThat(ray.services().lookup("fault-option")).isEmpty();
    }

    @Test
    void aReservationNoNodeHasIsRefused() {
        assertThatThrownBy(
                        () ->
                                spawn(
                                        ServiceSpec.named("fault-resource", Probe.Factory.class)
                                                .resources(Map.of("unobtainium", 1.0))))
                .isInstanceOf(CallException.class)
                .hasMessageContaining("unobtainium");
    }

    @Test
    void aServiceThatSleepsHoldsUpNoOther() {
        ServiceRef slow = spawn(ServiceSpec.named("fault-slow", Probe.Factory.class));
        ServiceRef quick = spawn(ServiceSpec.named("fault-quick", Probe.Factory.class));
        CompletableFuture<byte[]> sleeping = call(slow, Probe.SLEEP_THEN_ECHO, millis(2_000));
        for (int i = 0; i < 100; i++) {
            assertThat(number(call(quick, Probe.ECHO, number(i)).join())).isEqualTo(i);
        }
        assertThat(sleeping).isNotDone();
        assertThat(sleeping.join()).isEqualTo(millis(2_000));
    }
}
