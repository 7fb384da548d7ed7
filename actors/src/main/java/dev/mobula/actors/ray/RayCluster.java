package dev.mobula.actors.ray;

import dev.mobula.actors.metrics.MetricsPage;
import dev.mobula.actors.metrics.ProcessMetrics;
import dev.mobula.actors.runtime.Address;
import dev.mobula.actors.runtime.CallException;
import dev.mobula.actors.runtime.Caller;
import dev.mobula.actors.runtime.Cluster;
import dev.mobula.actors.runtime.Failure;
import dev.mobula.actors.runtime.Mailbox;
import dev.mobula.actors.runtime.Reply;
import dev.mobula.actors.runtime.Request;
import dev.mobula.actors.runtime.ServiceRef;
import dev.mobula.actors.runtime.ServiceSpec;
import dev.mobula.actors.runtime.ServiceState;
import dev.mobula.actors.runtime.ServiceStatus;
import dev.mobula.actors.transport.IoLoop;
import io.micrometer.core.instrument.MeterRegistry;
import io.ray.api.ObjectRef;
import io.ray.api.Ray;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The cluster on Ray, as one of its processes sees it.
///
/// Ray places, names, restarts and ships; calls travel over a direct connection to the service's
/// process, so they go on while Ray's own control plane is away.
public final class RayCluster implements Cluster {
    private static final Logger LOG = LoggerFactory.getLogger(RayCluster.class);
    private static final Duration RESTART_LIMIT = Duration.ofSeconds(60);
    private static final Duration ASK_LIMIT = Duration.ofSeconds(5);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(15);
    private static final long POLL_NANOS = Duration.ofMillis(10).toNanos();

    private final RayDirectory directory;
    private final List<String> jvmOptions;
    private final boolean ownsSession;
    private final IoLoop loop;
    private final Caller caller = new Caller();
    private final ProcessMetrics metrics;
    private final ExecutorService threads =
            Executors.newCachedThreadPool(
                    Thread.ofPlatform().name("mobula-ray-", 0).daemon().factory());
    private final RayServices services;
    private final Set<String> dieWithMe = ConcurrentHashMap.newKeySet();

    private RayCluster(
            String namespace, List<String> jvmOptions, List<String> spread, boolean ownsSession) {
        directory = new RayDirectory(namespace, spread);
        this.jvmOptions = jvmOptions;
        this.ownsSession = ownsSession;
        metrics = new ProcessMetrics(ownsSession ? "driver" : "caller");
        try {
            loop = IoLoop.start();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        services = new RayServices(directory, loop, threads);
    }

    /// Joins a running Ray cluster as a driver.
    public static RayCluster connect(RayOptions options) {
        RaySession.join(options);
        return new RayCluster(options.namespace(), options.jvmOptions(), options.spread(), true);
    }

    /// The cluster as a service inside it sees it.
    static RayCluster inActor() {
        return new RayCluster(Ray.getRuntimeContext().getNamespace(), List.of(), List.of(), false);
    }

    @Override
    public ServiceRef spawn(ServiceSpec spec) {
        List<String> options = new ArrayList<>(jvmOptions);
        options.addAll(spec.jvmOptions());
        WorkerJvm.tryOut(options);
        services.start(spec, directory.reservation(spec));
        if (!spec.detached()) {
            dieWithMe.add(spec.name());
        }
        return spec.ref();
    }

    @Override
    public Optional<ServiceRef> lookup(String name) {
        List<RayReplica> replicas = services.find(name);
        return replicas.isEmpty()
                ? Optional.empty()
                : Optional.of(new ServiceRef(name, replicas.size()));
    }

    @Override
    public CompletableFuture<byte[]> call(ServiceRef service, Request request) {
        List<RayReplica> replicas = services.known(service.name());
        return replicas == null
                ? findThenCall(service, request)
                : caller.ask(service, request, replicas);
    }

    /// The search counts against the deadline too.
    private CompletableFuture<byte[]> findThenCall(ServiceRef service, Request request) {
        Reply reply = caller.newReply(service, request.op(), request.timeout());
        threads.execute(
                () -> {
                    try {
                        List<RayReplica> found = require(service);
                        long leftNanos = Math.max(1, reply.deadlineNanos() - System.nanoTime());
                        Request rest = request.within(Duration.ofNanos(leftNanos));
                        reply.follow(caller.ask(service, rest, found));
                    } catch (RuntimeException failed) {
                        reply.completeExceptionally(failed);
                    }
                });
        return reply;
    }

    private List<RayReplica> require(ServiceRef service) {
        List<RayReplica> replicas = services.find(service.name());
        if (replicas.isEmpty()) {
            throw new CallException(
                    Failure.UNAVAILABLE, "no service is named \"" + service.name() + "\"");
        }
        return replicas;
    }

    @Override
    public List<CompletableFuture<byte[]>> ship(
            ServiceRef service, int op, ByteBuffer shipment, Duration timeout) {
        List<RayReplica> replicas = require(service);
        if (shipment.remaining() > Mailbox.SHIPMENT_BYTES_MAX) {
            CallException refused =
                    new CallException(
                            Failure.REFUSED,
                            "a shipment of "
                                    + shipment.remaining()
                                    + " bytes, limit "
                                    + Mailbox.SHIPMENT_BYTES_MAX);
            return replicas.stream()
                    .map(replica -> CompletableFuture.<byte[]>failedFuture(refused))
                    .toList();
        }
        byte[] content = new byte[shipment.remaining()];
        shipment.duplicate().get(content);
        ObjectRef<ByteBuffer> shared = RaySession.ask(() -> Ray.put(ByteBuffer.wrap(content)));
        List<CompletableFuture<byte[]>> replies = new ArrayList<>();
        for (RayReplica replica : replicas) {
            Reply reply = caller.newReply(service, op, timeout);
            threads.execute(
                    () -> complete(reply, () -> replica.receive(op, timeout.toNanos(), shared)));
            replies.add(reply);
        }
        var _ =
                CompletableFuture.allOf(replies.toArray(CompletableFuture<?>[]::new))
                        .whenComplete((all, failed) -> free(shared));
        return replies;
    }

    private static void free(ObjectRef<ByteBuffer> shared) {
        try {
            RaySession.tell(() -> Ray.internal().free(List.of(shared), false));
        } catch (CallException left) {
            LOG.debug("a shipment is freed by Ray itself", left);
        }
    }

    /// Sends one large buffer to one replica over its direct connection instead of the shared
    /// object store.
    public CompletableFuture<byte[]> shipDirectly(
            ServiceRef service, int op, ByteBuffer shipment, Duration timeout) {
        Reply reply = caller.newReply(service, op, timeout);
        require(service).getFirst().post(op, shipment, reply);
        return reply;
    }

    private static void complete(Reply reply, Supplier<byte[]> answer) {
        try {
            reply.complete(answer.get());
        } catch (CallException failed) {
            reply.completeExceptionally(failed);
        }
    }

    @Override
    public List<List<Address>> dataPlane(ServiceRef service) {
        return require(service).stream()
                .map(replica -> replica.describe(ASK_LIMIT).dataPlane())
                .toList();
    }

    @Override
    public void restart(ServiceRef service) {
        for (RayReplica replica : require(service)) {
            Description before = replica.description();
            replica.crash();
            awaitSuccessor(replica, before);
        }
    }

    private static void awaitSuccessor(RayReplica replica, Description before) {
        long deadline = System.nanoTime() + RESTART_LIMIT.toNanos();
        while (replica.description().pid() == before.pid() || !replica.open()) {
            if (System.nanoTime() > deadline) {
                throw new CallException(
                        Failure.UNAVAILABLE, "no successor of process " + before.pid());
            }
            LockSupport.parkNanos(POLL_NANOS);
        }
    }

    @Override
    public void stop(ServiceRef service) {
        List<RayReplica> replicas = require(service);
        services.forget(service.name());
        dieWithMe.remove(service.name());
        for (RayReplica replica : replicas) {
            try {
                replica.ask(ServiceActor::stop, STOP_LIMIT);
            } catch (CallException away) {
                LOG.debug("service {} does not stop cleanly", service.name(), away);
            } finally {
                replica.kill();
            }
        }
    }

    @Override
    public List<ServiceStatus> services() {
        return directory.entries().stream()
                .filter(entry -> entry.state() != ServiceState.DEAD)
                .map(this::status)
                .toList();
    }

    private ServiceStatus status(RayDirectory.Entry entry) {
        Optional<RayReplica> replica = reachable(entry);
        Health health = replica.flatMap(RayCluster::health).orElse(Health.UNKNOWN);
        return new ServiceStatus(
                entry.service(),
                entry.replica(),
                replica.map(found -> found.description().node()).orElse(""),
                entry.state(),
                entry.restarts(),
                health.memoryBytes(),
                health.queued());
    }

    private Optional<RayReplica> reachable(RayDirectory.Entry entry) {
        if (entry.state() != ServiceState.RUNNING) {
            return Optional.empty();
        }
        try {
            List<RayReplica> replicas = services.find(entry.service());
            return entry.replica() < replicas.size()
                    ? Optional.of(replicas.get(entry.replica()))
                    : Optional.empty();
        } catch (CallException goneMeanwhile) {
            return Optional.empty();
        }
    }

    private static Optional<Health> health(RayReplica replica) {
        try {
            return Optional.of(Health.CODEC.decode(replica.ask(ServiceActor::health, ASK_LIMIT)));
        } catch (CallException away) {
            return Optional.empty();
        }
    }

    /// The process that hosts a service's first replica, on whichever node that is.
    public long processOf(ServiceRef service) {
        return require(service).getFirst().describe(ASK_LIMIT).pid();
    }

    /// Names and addresses of the living nodes.
    public Map<String, String> nodes() {
        return directory.nodes();
    }

    @Override
    public MeterRegistry meters() {
        return metrics.registry();
    }

    @Override
    public String metrics() {
        List<CompletableFuture<String>> pages = new ArrayList<>();
        for (RayReplica replica : services.all()) {
            pages.add(
                    CompletableFuture.supplyAsync(
                            () -> health(replica).orElse(Health.UNKNOWN).metrics(), threads));
        }
        List<String> texts = new ArrayList<>();
        texts.add(metrics.page());
        pages.forEach(page -> texts.add(page.join()));
        return MetricsPage.join(texts);
    }

    @Override
    public void close() {
        dieWithMe.forEach(name -> services.forget(name).forEach(RayReplica::kill));
        services.all().forEach(RayReplica::close);
        threads.shutdownNow();
        caller.close();
        loop.close();
        metrics.close();
        if (ownsSession) {
            RaySession.leave();
        }
    }
}
