package dev.mobula.actors.runtime;

import dev.mobula.actors.metrics.ProcessMetrics;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One replica of a service in this process, through all its instances.
final class InJvmReplica implements ReplicaPort {
    private static final Logger LOG = LoggerFactory.getLogger(InJvmReplica.class);

    private final ServiceSpec spec;
    private final int replica;
    private final Home home;
    private final boolean copyingMessages;
    private volatile ServiceState state = ServiceState.STARTING;
    private volatile @Nullable ServiceHost host;
    private long restarts;

    InJvmReplica(ServiceSpec spec, int replica, Home home, boolean copyingMessages) {
        this.spec = spec;
        this.replica = replica;
        this.home = home;
        this.copyingMessages = copyingMessages;
    }

    synchronized void start() {
        host = ServiceHost.start(spec, replica, restarts, home, this::recover);
        state = ServiceState.RUNNING;
    }

    synchronized void restart() {
        requireAlive();
        state = ServiceState.RESTARTING;
        try {
            closeHost();
        } catch (CallException unclean) {
            LOG.atWarn().setCause(unclean).log("service {} ends uncleanly", spec.name());
        }
        restarts++;
        start();
    }

    synchronized void stop() {
        state = ServiceState.DEAD;
        closeHost();
    }

    private void requireAlive() {
        if (state == ServiceState.DEAD) {
            throw new CallException(Failure.UNAVAILABLE, "service " + spec.name() + " was stopped");
        }
    }

    private void closeHost() {
        ServiceHost closing = host;
        host = null;
        if (closing != null) {
            closing.close();
        }
    }

    /// Replaces an instance that broke, from a thread that is not its own.
    private void recover(Throwable crash) {
        LOG.atWarn().setCause(crash).log("service {} replica {} crashed", spec.name(), replica);
        Thread.ofPlatform().name("mobula-recover-" + spec.name()).daemon().start(this::replace);
    }

    private synchronized void replace() {
        if (state == ServiceState.DEAD) {
            return;
        }
        if (spec.restartsMax() >= 0 && restarts >= spec.restartsMax()) {
            stop();
            return;
        }
        try {
            restart();
        } catch (CallException failed) {
            LOG.atError().setCause(failed).log("service {} does not come back", spec.name());
            stop();
        }
    }

    List<Address> dataPlane() {
        return running().map(found -> found.service().dataPlane()).orElse(List.of());
    }

    ServiceStatus status() {
        return new ServiceStatus(
                spec.name(),
                replica,
                InJvmCluster.NODE,
                state,
                running().map(ServiceHost::restarts).orElse(0L),
                ProcessMetrics.residentBytes(),
                running().map(found -> found.mailbox().queued()).orElse(0));
    }

    private Optional<ServiceHost> running() {
        return Optional.ofNullable(host);
    }

    @Override
    public boolean open() {
        return host != null;
    }

    @Override
    public int load() {
        ServiceHost current = host;
        return current == null ? 0 : current.mailbox().load();
    }

    @Override
    public void post(int op, byte[] body, Reply reply) {
        ServiceHost current = host;
        if (current == null) {
            reply.fail(Failure.UNAVAILABLE, "the service is " + state);
        } else if (copyingMessages) {
            postCopied(current.mailbox(), op, body, reply);
        } else {
            current.mailbox().post(op, body, reply);
        }
    }

    private static void postCopied(Mailbox mailbox, int op, byte[] body, Reply reply) {
        Reply inner = reply.again();
        mailbox.post(op, body.clone(), inner);
        inner.onEnd(
                (answer, failed) -> {
                    if (failed == null) {
                        reply.complete(answer.clone());
                    } else {
                        reply.completeExceptionally(failed);
                    }
                });
    }

    @Override
    public void post(int op, ByteBuffer shipment, Reply reply) {
        ServiceHost current = host;
        if (current == null) {
            reply.fail(Failure.UNAVAILABLE, "the service is " + state);
        } else {
            current.mailbox().post(op, shipment, reply);
        }
    }
}
