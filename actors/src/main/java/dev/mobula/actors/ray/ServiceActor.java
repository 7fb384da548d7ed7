package dev.mobula.actors.ray;

import dev.mobula.actors.metrics.ProcessMetrics;
import dev.mobula.actors.runtime.CallException;
import dev.mobula.actors.runtime.Failure;
import dev.mobula.actors.runtime.Home;
import dev.mobula.actors.runtime.Reply;
import dev.mobula.actors.runtime.ServiceHost;
import dev.mobula.actors.transport.IoLoop;
import dev.mobula.actors.transport.ServiceServer;
import io.ray.api.Ray;
import io.ray.api.runtimecontext.ActorInfo;
import io.ray.api.runtimecontext.RuntimeContext;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The one actor class: a process that hosts one replica of a service.
///
/// Ray starts it, restarts it and tells where it is; calls come over its own
/// [ServiceServer]. Every method returns an [Outcome], and every one may run twice.
public final class ServiceActor {
    private static final Logger LOG = LoggerFactory.getLogger(ServiceActor.class);
    private static final int CRASHED = 1;

    private final Assignment assignment;
    private final ProcessMetrics metrics;
    private final String node;
    private @Nullable Running running;
    private @Nullable CallException startFailure;

    private record Running(ServiceHost host, IoLoop loop, ServiceServer server) {}

    /// Starts the service. A first start that fails is reported by [#describe()]; a later one ends
    /// the process, so that Ray tries again.
    public ServiceActor(byte[] encodedAssignment) {
        assignment = Assignment.CODEC.decode(encodedAssignment);
        String name = assignment.spec().name();
        metrics = new ProcessMetrics(name + "-" + assignment.replica());
        node = environment("MOBULA_NODE_NAME").orElse("unnamed");
        long restarts = restarts();
        try {
            running = start(restarts);
        } catch (CallException | IOException failed) {
            LOG.atError().setCause(failed).log("service {} does not start", name);
            if (restarts > 0) {
                Runtime.getRuntime().halt(CRASHED);
            }
            startFailure =
                    failed instanceof CallException typed
                            ? typed
                            : new CallException(Failure.APPLICATION, failed.toString(), failed);
        }
    }

    private Running start(long restarts) throws IOException {
        String host = nodeAddress();
        Home home =
                new Home(
                        node,
                        host,
                        environment("MOBULA_NODE_STATE").map(Path::of),
                        environment("MOBULA_SHARED_STATE").map(Path::of),
                        RayCluster.inActor(),
                        metrics.registry());
        ServiceHost serviceHost =
                ServiceHost.start(
                        assignment.spec(),
                        assignment.replica(),
                        restarts,
                        home,
                        ServiceActor::crash);
        IoLoop loop = IoLoop.start();
        ServiceServer server =
                ServiceServer.start(assignment.spec().name(), serviceHost.mailbox(), loop, host);
        return new Running(serviceHost, loop, server);
    }

    /// Ends the process: its service is broken or has a successor, and nothing here can be trusted.
    private static void crash(Throwable cause) {
        LOG.atError().setCause(cause).log("the service process ends");
        Runtime.getRuntime().halt(CRASHED);
    }

    private static Optional<String> environment(String name) {
        return Optional.ofNullable(System.getenv(name)).filter(value -> !value.isBlank());
    }

    private static long restarts() {
        RuntimeContext context = Ray.getRuntimeContext();
        if (!context.wasCurrentActorRestarted()) {
            return 0;
        }
        return context.getAllActorInfo().stream()
                .filter(actor -> actor.actorId.equals(context.getCurrentActorId()))
                .mapToLong((ActorInfo actor) -> actor.numRestarts)
                .findFirst()
                .orElse(1);
    }

    private static String nodeAddress() {
        RuntimeContext context = Ray.getRuntimeContext();
        return context.getAllNodeInfo().stream()
                .filter(info -> info.nodeId.equals(context.getCurrentNodeId()))
                .map(info -> info.nodeAddress)
                .findFirst()
                .orElseThrow(
                        () ->
                                new CallException(
                                        Failure.UNAVAILABLE, "Ray does not know this node"));
    }

    /// Where the service is and how to call it.
    public byte[] describe() {
        return Outcome.of(
                () -> {
                    Running now = requireRunning();
                    return Description.CODEC.encode(
                            new Description(
                                    now.server().endpoint(),
                                    node,
                                    ProcessHandle.current().pid(),
                                    assignment.spec().replicas(),
                                    now.host().restarts(),
                                    now.host().service().dataPlane()));
                });
    }

    /// Its memory, queue and metrics.
    public byte[] health() {
        return Outcome.of(
                () ->
                        Health.CODEC.encode(
                                new Health(
                                        ProcessMetrics.residentBytes(),
                                        requireRunning().host().mailbox().queued(),
                                        metrics.page())));
    }

    /// Hands a buffer of the shared object store to the service, without a copy.
    ///
    /// @param pid the process it was sent to: Ray repeats what was under way when a process died,
    ///     and a successor must not take what its predecessor may have taken
    public byte[] receive(long pid, int op, long budgetNanos, ByteBuffer shipment) {
        return Outcome.of(
                () -> {
                    if (pid != ProcessHandle.current().pid()) {
                        throw new CallException(
                                Failure.UNAVAILABLE, "process " + pid + " died meanwhile");
                    }
                    Reply reply =
                            new Reply(
                                    assignment.spec().name(), op, System.nanoTime() + budgetNanos);
                    requireRunning()
                            .host()
                            .mailbox()
                            .post(
                                    op,
                                    shipment.asReadOnlyBuffer().order(ByteOrder.LITTLE_ENDIAN),
                                    reply);
                    return await(reply, budgetNanos);
                });
    }

    /// The buffer is shared memory that goes away after the call: while the service may still look
    /// at it, this waits.
    private static byte[] await(Reply reply, long budgetNanos) throws InterruptedException {
        try {
            return reply.get(2 * budgetNanos, TimeUnit.NANOSECONDS);
        } catch (TimeoutException stuck) {
            throw new CallException(Failure.TIMEOUT, "the service still holds the shipment");
        } catch (ExecutionException failed) {
            throw failed.getCause() instanceof CallException typed
                    ? typed
                    : new CallException(Failure.APPLICATION, failed.toString(), failed);
        }
    }

    /// Closes the service cleanly; the process is to be killed afterwards.
    public byte[] stop() {
        return Outcome.of(
                () -> {
                    Running stopping = requireRunning();
                    stopping.server().close();
                    stopping.host().close();
                    stopping.loop().close();
                    return new byte[0];
                });
    }

    private Running requireRunning() {
        Running now = running;
        if (now != null) {
            return now;
        }
        CallException failure = startFailure;
        throw failure != null
                ? failure
                : new CallException(Failure.UNAVAILABLE, "the service is starting");
    }
}
