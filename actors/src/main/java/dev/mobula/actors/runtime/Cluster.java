package dev.mobula.actors.runtime;

import io.micrometer.core.instrument.MeterRegistry;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/// Where services run and are called; one contract, two implementations.
///
/// Every future completes by its deadline: with the answer, or with a [CallException] that says
/// which [Failure] it was.
public interface Cluster extends AutoCloseable {
    /// Starts the service and returns once all replicas answer; a start that fails leaves nothing
    /// behind. A name in use is refused.
    ServiceRef spawn(ServiceSpec spec);

    /// The running service of that name, whoever spawned it.
    Optional<ServiceRef> lookup(String name);

    /// Asks one replica of the service.
    CompletableFuture<byte[]> call(ServiceRef service, Request request);

    /// Sends one large buffer to every replica; the answers come in replica order.
    List<CompletableFuture<byte[]>> ship(
            ServiceRef service, int op, ByteBuffer shipment, Duration timeout);

    /// Where each replica listens for direct connections of its own, in replica order.
    List<List<Address>> dataPlane(ServiceRef service);

    /// Replaces every replica by a fresh instance that reloads its state, and returns when they
    /// answer.
    void restart(ServiceRef service);

    /// Ends the service for good; its durable state stays.
    void stop(ServiceRef service);

    /// Every replica of every service of this cluster.
    List<ServiceStatus> services();

    /// Where this process counts what is its own.
    MeterRegistry meters();

    /// The metrics of every service process and of this one, in Prometheus text format.
    String metrics();

    /// Leaves the cluster; services that are not detached stop.
    @Override
    void close();
}
