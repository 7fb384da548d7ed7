package dev.mobula.actors.runtime;

import dev.mobula.actors.metrics.ProcessMetrics;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;

/// The embedded cluster: every service in this process, microseconds away.
public final class InJvmCluster implements Cluster {
    /// The name of its only node.
    public static final String NODE = "local";

    private static final String HOST = "127.0.0.1";

    private final Caller caller = new Caller();
    private final ProcessMetrics metrics = new ProcessMetrics("embedded");
    private final Map<String, List<InJvmReplica>> services = new ConcurrentHashMap<>();
    private final Home home;
    private final boolean copyingMessages;

    /// A cluster whose stateful services keep their state below the given root.
    public InJvmCluster(Optional<Path> stateRoot) {
        this(stateRoot, false);
    }

    /// @param copyingMessages whether messages pass through their wire form, so that a service
    ///     that keeps or changes an array which is not its own is found out here
    public InJvmCluster(Optional<Path> stateRoot, boolean copyingMessages) {
        home = new Home(NODE, HOST, stateRoot, stateRoot, this, metrics.registry());
        this.copyingMessages = copyingMessages;
    }

    @Override
    public ServiceRef spawn(ServiceSpec spec) {
        requireOnThisNode(spec);
        List<InJvmReplica> replicas =
                IntStream.range(0, spec.replicas())
                        .mapToObj(i -> new InJvmReplica(spec, i, home, copyingMessages))
                        .toList();
        if (services.putIfAbsent(spec.name(), replicas) != null) {
            throw new CallException(
                    Failure.REFUSED, "name \"" + spec.name() + "\" is already in use");
        }
        try {
            replicas.forEach(InJvmReplica::start);
        } catch (CallException failed) {
            services.remove(spec.name());
            replicas.forEach(InJvmReplica::stop);
            throw failed;
        }
        return spec.ref();
    }

    private static void requireOnThisNode(ServiceSpec spec) {
        if (spec.node().filter(node -> !node.equals(NODE)).isPresent()) {
            throw new CallException(
                    Failure.REFUSED,
                    "node \"" + spec.node().get() + "\" is not \"" + NODE + "\", the only one");
        }
    }

    @Override
    public Optional<ServiceRef> lookup(String name) {
        return Optional.ofNullable(services.get(name))
                .map(replicas -> new ServiceRef(name, replicas.size()));
    }

    @Override
    public CompletableFuture<byte[]> call(ServiceRef service, Request request) {
        List<InJvmReplica> replicas = services.get(service.name());
        return replicas == null
                ? CompletableFuture.failedFuture(unknown(service))
                : caller.ask(service, request, replicas);
    }

    @Override
    public List<CompletableFuture<byte[]>> ship(
            ServiceRef service, int op, ByteBuffer shipment, Duration timeout) {
        ByteBuffer content = shipment.asReadOnlyBuffer().order(ByteOrder.LITTLE_ENDIAN);
        List<CompletableFuture<byte[]>> replies = new ArrayList<>();
        for (InJvmReplica replica : require(service)) {
            Reply reply = caller.newReply(service, op, timeout);
            replica.post(op, content.duplicate().order(ByteOrder.LITTLE_ENDIAN), reply);
            replies.add(reply);
        }
        return replies;
    }

    @Override
    public List<List<Address>> dataPlane(ServiceRef service) {
        return require(service).stream().map(InJvmReplica::dataPlane).toList();
    }

    @Override
    public void restart(ServiceRef service) {
        require(service).forEach(InJvmReplica::restart);
    }

    @Override
    public void stop(ServiceRef service) {
        List<InJvmReplica> replicas = services.remove(service.name());
        if (replicas == null) {
            throw unknown(service);
        }
        stopAll(replicas);
    }

    /// Stops every one, though some do not close cleanly; the first failure is thrown at the end.
    private static void stopAll(List<InJvmReplica> replicas) {
        Optional<CallException> first = Optional.empty();
        for (InJvmReplica replica : replicas) {
            try {
                replica.stop();
            } catch (CallException unclean) {
                first.ifPresent(earlier -> earlier.addSuppressed(unclean));
                first = first.or(() -> Optional.of(unclean));
            }
        }
        if (first.isPresent()) {
            throw first.get();
        }
    }

    @Override
    public List<ServiceStatus> services() {
        return services.values().stream().flatMap(List::stream).map(InJvmReplica::status).toList();
    }

    @Override
    public MeterRegistry meters() {
        return metrics.registry();
    }

    @Override
    public String metrics() {
        return metrics.page();
    }

    private List<InJvmReplica> require(ServiceRef service) {
        List<InJvmReplica> replicas = services.get(service.name());
        if (replicas == null) {
            throw unknown(service);
        }
        return replicas;
    }

    private static CallException unknown(ServiceRef service) {
        return new CallException(
                Failure.UNAVAILABLE, "no service is named \"" + service.name() + "\"");
    }

    @Override
    public void close() {
        List<InJvmReplica> all = services.values().stream().flatMap(List::stream).toList();
        services.clear();
        try {
            stopAll(all);
        } finally {
            caller.close();
            metrics.close();
        }
    }
}
