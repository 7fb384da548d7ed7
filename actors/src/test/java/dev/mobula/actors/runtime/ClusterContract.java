package dev.mobula.actors.runtime;

import static dev.mobula.actors.runtime.Probe.bytes;
import static dev.mobula.actors.runtime.Probe.millis;
import static dev.mobula.actors.runtime.Probe.number;
import static dev.mobula.actors.runtime.Probe.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.net.Socket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.CRC32;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What every cluster does, whichever it is.
public abstract class ClusterContract {
    private static final AtomicInteger NAMES = new AtomicInteger();
    protected static final Duration PATIENCE = Duration.ofSeconds(60);

    private final List<ServiceRef> spawned = new ArrayList<>();

    protected abstract Cluster cluster();

    protected static String freshName() {
        return "probe-" + NAMES.incrementAndGet();
    }

    protected ServiceRef spawn(ServiceSpec.Builder spec) {
        ServiceRef ref = cluster().spawn(spec.build());
        spawned.add(ref);
        return ref;
    }

    protected ServiceRef spawnProbe() {
        return spawn(ServiceSpec.named(freshName(), Probe.Factory.class));
    }

    @AfterEach
    void stopWhatTheTestSpawned() {
        for (ServiceRef ref : spawned) {
            if (cluster().lookup(ref.name()).isPresent()) {
                cluster().stop(ref);
            }
        }
    }

    protected byte[] ask(ServiceRef ref, int op, byte[] body) {
        return cluster().call(ref, Request.of(op, body).within(PATIENCE)).join();
    }

    protected static Failure failureOf(CompletableFuture<byte[]> reply) {
        Throwable thrown = catchThrowable(() -> reply.get(90, TimeUnit.SECONDS));
        assertThat(thrown.getCause()).isInstanceOf(CallException.class);
        return ((CallException) thrown.getCause()).failure();
    }

    @Test
    void aCallReturnsTheServicesAnswer() {
        ServiceRef probe = spawnProbe();
        assertThat(text(ask(probe, Probe.ECHO, bytes("hello")))).isEqualTo("hello");
        assertThat(ask(probe, Probe.ECHO, new byte[0])).isEmpty();
        byte[] large = new byte[3 << 20];
        new Random(1).nextBytes(large);
        assertThat(ask(probe, Probe.ECHO, large)).isEqualTo(large);
    }

    @Test
    void aServiceIsFoundByNameAndOnlyWhileItRuns() {
        String name = freshName();
        assertThat(cluster().lookup(name)).isEmpty();
        ServiceRef probe = spawn(ServiceSpec.named(name, Probe.Factory.class));
        assertThat(cluster().lookup(name)).contains(probe);
        cluster().stop(probe);
        assertThat(cluster().lookup(name)).isEmpty();
        assertThat(failureOf(cluster().call(probe, Request.of(Probe.ECHO, new byte[0]))))
                .isEqualTo(Failure.UNAVAILABLE);
    }

    @Test
    void aNameInUseIsRefused() {
        ServiceRef probe = spawnProbe();
        assertThatThrownBy(
                        () ->
                                cluster()
                                        .spawn(
                                                ServiceSpec.named(probe.name(), Probe.Factory.class)
                                                        .build()))
                .isInstanceOfSatisfying(
                        CallException.class,
                        refused -> assertThat(refused.failure()).isEqualTo(Failure.REFUSED))
                .hasMessageContaining(probe.name());
        assertThat(text(ask(probe, Probe.ECHO, bytes("still here")))).isEqualTo("still here");
    }

    @Test
    void aServiceThatDoesNotStartSaysWhyAndLeavesItsNameFree() {
        String name = freshName();
        ServiceSpec broken =
                ServiceSpec.named(name, Probe.BrokenFactory.class)
                        .settings(bytes("catalogue-7"))
                        .build();
        assertThatThrownBy(() -> cluster().spawn(broken))
                .isInstanceOf(CallException.class)
                .hasMessageContaining("catalogue-7");
        awaitAbsent(name);
        spawn(ServiceSpec.named(name, Probe.Factory.class));
    }

    private void awaitAbsent(String name) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (cluster().lookup(name).isPresent() && System.nanoTime() < deadline) {
            Thread.onSpinWait();
        }
        assertThat(cluster().lookup(name)).isEmpty();
    }

    @Test
    void anApplicationFailureKeepsItsText() {
        ServiceRef probe = spawnProbe();
        CompletableFuture<byte[]> reply =
                cluster().call(probe, Request.of(Probe.FAIL, bytes("the impossible")));
        assertThat(failureOf(reply)).isEqualTo(Failure.APPLICATION);
        assertThat(reply.exceptionNow()).hasMessageContaining("cannot do the impossible");
    }

    @Test
    void anUnknownOperationIsRefused() {
        ServiceRef probe = spawnProbe();
        assertThat(failureOf(cluster().call(probe, Request.of(999, new byte[0]))))
                .isEqualTo(Failure.REFUSED);
    }

    @Test
    void aBodyOverTheLimitIsRefused() {
        ServiceRef probe =
                spawn(
                        ServiceSpec.named(freshName(), Probe.Factory.class)
                                .limits(MailboxLimits.standard().withRequestBytesMax(100)));
        assertThat(failureOf(cluster().call(probe, Request.of(Probe.ECHO, new byte[101]))))
                .isEqualTo(Failure.REFUSED);
        assertThat(ask(probe, Probe.ECHO, new byte[100])).hasSize(100);
    }

    @Test
    void aCallThatTakesTooLongTimesOutAndTheServiceGoesOn() {
        ServiceRef probe = spawnProbe();
        CompletableFuture<byte[]> slow =
                cluster()
                        .call(
                                probe,
                                Request.of(Probe.SLEEP_THEN_ECHO, millis(1_000))
                                        .within(Duration.ofMillis(100)));
        assertThat(failureOf(slow)).isEqualTo(Failure.TIMEOUT);
        assertThat(text(ask(probe, Probe.ECHO, bytes("alive")))).isEqualTo("alive");
    }

    @Test
    void aFullMailboxSaysOverloadedAndTakesRequestsAgainAfterwards() {
        ServiceRef probe =
                spawn(
                        ServiceSpec.named(freshName(), Probe.Factory.class)
                                .limits(MailboxLimits.standard().withRequestsMax(4)));
        List<CompletableFuture<byte[]>> replies = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            replies.add(
                    cluster()
                            .call(
                                    probe,
                                    Request.of(Probe.SLEEP_THEN_ECHO, millis(200))
                                            .within(PATIENCE)));
        }
        Set<Failure> failures = new HashSet<>();
        int answered = 0;
        for (CompletableFuture<byte[]> reply : replies) {
            try {
                reply.join();
                answered++;
            } catch (CompletionException failed) {
                failures.add(((CallException) failed.getCause()).failure());
            }
        }
        assertThat(answered).isBetween(1, 19);
        assertThat(failures).containsExactly(Failure.OVERLOADED);
        Request again = Request.of(Probe.ECHO, bytes("again")).within(PATIENCE).retried();
        assertThat(text(cluster().call(probe, again).join())).isEqualTo("again");
    }

    @Test
    void anIdempotentCallIsRepeatedUntilThereIsRoom() {
        ServiceRef probe =
                spawn(
                        ServiceSpec.named(freshName(), Probe.Factory.class)
                                .limits(MailboxLimits.standard().withRequestsMax(1)));
        List<CompletableFuture<byte[]>> replies = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            replies.add(
                    cluster()
                            .call(
                                    probe,
                                    Request.of(Probe.SLEEP_THEN_ECHO, millis(50))
                                            .within(PATIENCE)
                                            .retried()));
        }
        for (CompletableFuture<byte[]> reply : replies) {
            assertThat(reply.join()).isEqualTo(millis(50));
        }
    }

    @Test
    void concurrentCallsAreAnsweredTogetherAndEachGetsItsOwnAnswer() {
        ServiceRef probe =
                spawn(
                        ServiceSpec.named(freshName(), Probe.Factory.class)
                                .limits(
                                        MailboxLimits.standard()
                                                .withBatch(16, Duration.ofMillis(200))));
        List<CompletableFuture<byte[]>> sizes = new ArrayList<>();
        for (int i = 0; i < 64; i++) {
            sizes.add(cluster().call(probe, Request.of(Probe.BATCH_SIZE, new byte[0])));
        }
        long largest = sizes.stream().mapToLong(reply -> number(reply.join())).max().orElseThrow();
        assertThat(largest).isBetween(2L, 16L);
        List<CompletableFuture<byte[]>> echoes = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            echoes.add(cluster().call(probe, Request.of(Probe.ECHO, number(i))));
        }
        for (int i = 0; i < 200; i++) {
            assertThat(number(echoes.get(i).join())).isEqualTo(i);
        }
    }

    @Test
    void oneFailureInABatchFailsNoOther() {
        ServiceRef probe = spawnProbe();
        List<CompletableFuture<byte[]>> replies = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            replies.add(
                    cluster()
                            .call(
                                    probe,
                                    Request.of(i % 7 == 3 ? Probe.FAIL : Probe.ECHO, number(i))));
        }
        for (int i = 0; i < 50; i++) {
            if (i % 7 == 3) {
                assertThat(failureOf(replies.get(i))).isEqualTo(Failure.APPLICATION);
            } else {
                assertThat(number(replies.get(i).join())).isEqualTo(i);
            }
        }
    }

    @Test
    void aLargeBufferIsShippedWhole() throws Exception {
        ServiceRef probe = spawnProbe();
        byte[] content = new byte[16 << 20];
        new Random(2).nextBytes(content);
        CRC32 crc = new CRC32();
        crc.update(content, 5, content.length - 5);
        ByteBuffer shipment = ByteBuffer.wrap(content, 5, content.length - 5);
        List<CompletableFuture<byte[]>> replies =
                cluster().ship(probe, Probe.CHECKSUM, shipment, PATIENCE);
        assertThat(replies).hasSize(1);
        assertThat(number(replies.getFirst().get(60, TimeUnit.SECONDS))).isEqualTo(crc.getValue());
        assertThat(shipment.remaining()).isEqualTo(content.length - 5);
    }

    @Test
    void aShipmentThatNoOneTakesIsRefused() {
        ServiceRef probe = spawnProbe();
        List<CompletableFuture<byte[]>> replies =
                cluster().ship(probe, Probe.ECHO, ByteBuffer.allocate(10), PATIENCE);
        assertThat(failureOf(replies.getFirst())).isEqualTo(Failure.REFUSED);
    }

    @Test
    void theDataPlaneAddressAcceptsConnections() throws Exception {
        ServiceRef probe = spawnProbe();
        Address address = cluster().dataPlane(probe).getFirst().getFirst();
        try (Socket socket = new Socket()) {
            socket.connect(address.toSocketAddress(), 10_000);
            assertThat(socket.isConnected()).isTrue();
        }
    }

    @Test
    void aRestartedServiceFindsItsStateAndHasAHigherEpoch() {
        ServiceRef probe =
                spawn(
                        ServiceSpec.named(freshName(), Probe.DurableFactory.class)
                                .state(StateKind.LOCAL));
        ask(probe, Probe.APPEND, bytes("0123456789"));
        ask(probe, Probe.APPEND, bytes("abcde"));
        long epoch = number(ask(probe, Probe.EPOCH, new byte[0]));
        cluster().restart(probe);
        assertThat(number(ask(probe, Probe.COUNT, new byte[0]))).isEqualTo(15);
        assertThat(number(ask(probe, Probe.EPOCH, new byte[0]))).isGreaterThan(epoch);
        assertThat(number(ask(probe, Probe.APPEND, bytes("fghij")))).isEqualTo(20);
    }

    @Test
    void stateOutlivesTheServiceAndIsFoundByTheNextOfItsName() {
        String name = freshName();
        ServiceSpec.Builder spec =
                ServiceSpec.named(name, Probe.DurableFactory.class).state(StateKind.SHARED);
        ServiceRef first = spawn(spec);
        ask(first, Probe.APPEND, bytes("kept"));
        cluster().stop(first);
        awaitAbsent(name);
        ServiceRef second = spawn(spec);
        assertThat(number(ask(second, Probe.COUNT, new byte[0]))).isEqualTo(4);
    }

    @Test
    void aCrashFailsTheCallAndTheServiceComesBack() {
        ServiceRef probe = spawnProbe();
        assertThat(failureOf(cluster().call(probe, Request.of(Probe.CRASH, new byte[0]))))
                .isIn(Failure.UNAVAILABLE, Failure.TIMEOUT);
        byte[] answer =
                cluster()
                        .call(
                                probe,
                                Request.of(Probe.ECHO, bytes("back")).within(PATIENCE).retried())
                        .join();
        assertThat(text(answer)).isEqualTo("back");
        assertThat(cluster().services())
                .filteredOn(status -> status.name().equals(probe.name()))
                .singleElement()
                .satisfies(status -> assertThat(status.restarts()).isEqualTo(1));
    }

    @Test
    void replicasShareTheCallsAndStandInForEachOther() {
        ServiceRef probe = spawn(ServiceSpec.named(freshName(), Probe.Factory.class).replicas(2));
        assertThat(cluster().lookup(probe.name())).contains(probe);
        assertThat(failureOf(cluster().call(probe, Request.of(Probe.CRASH, new byte[0]))))
                .isIn(Failure.UNAVAILABLE, Failure.TIMEOUT);
        for (int i = 0; i < 100; i++) {
            Request request = Request.of(Probe.ECHO, number(i)).within(PATIENCE).retried();
            assertThat(number(cluster().call(probe, request).join())).isEqualTo(i);
        }
        assertThat(cluster().services())
                .filteredOn(status -> status.name().equals(probe.name()))
                .extracting(ServiceStatus::replica)
                .containsExactlyInAnyOrder(0, 1);
    }

    @Test
    void servicesCallEachOtherByName() {
        ServiceRef other = spawnProbe();
        ServiceRef relay = spawnProbe();
        assertThat(text(ask(relay, Probe.RELAY, bytes(other.name())))).isEqualTo("relayed");
    }

    @Test
    void aNodeThatDoesNotExistIsRefused() {
        assertThatThrownBy(
                        () ->
                                spawn(
                                        ServiceSpec.named(freshName(), Probe.Factory.class)
                                                .node("nowhere")))
                .isInstanceOf(CallException.class)
                .hasMessageContaining("nowhere");
    }

    @Test
    void statusAndMetricsNameTheService() {
        ServiceRef probe = spawnProbe();
        ask(probe, Probe.ECHO, bytes("counted"));
        assertThat(cluster().services())
                .filteredOn(status -> status.name().equals(probe.name()))
                .singleElement()
                .satisfies(
                        status -> {
                            assertThat(status.state()).isEqualTo(ServiceState.RUNNING);
                            assertThat(status.memoryBytes()).isPositive();
                        });
        assertThat(cluster().metrics().lines())
                .anyMatch(
                        line ->
                                line.startsWith("mobula_calls_total")
                                        && line.contains("service=\"" + probe.name() + "\"")
                                        && line.endsWith(" 1.0"));
    }
}
