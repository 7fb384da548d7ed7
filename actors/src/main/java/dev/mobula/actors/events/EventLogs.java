package dev.mobula.actors.events;

import dev.mobula.actors.runtime.Cluster;
import dev.mobula.actors.runtime.Request;
import dev.mobula.actors.runtime.ServiceRef;
import dev.mobula.actors.runtime.ServiceSpec;
import dev.mobula.actors.runtime.StateKind;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/// The event log, as its callers see it.
public final class EventLogs {
    static final int STATUS = 1;
    static final int ERASE = 2;

    private static final byte[] NOTHING = {};
    private static final int SERVICE_THREADS = 2;

    private final Cluster cluster;
    private final ServiceRef service;

    /// An event log that runs already.
    public EventLogs(Cluster cluster, ServiceRef service) {
        this.cluster = cluster;
        this.service = service;
    }

    /// Starts the event log under the given name.
    public static EventLogs spawn(Cluster cluster, String name, EventLogSettings settings) {
        return new EventLogs(
                cluster,
                cluster.spawn(
                        ServiceSpec.named(name, EventLogService.Factory.class)
                                .settings(EventLogSettings.CODEC.encode(settings))
                                .state(StateKind.LOCAL)
                                .threads(SERVICE_THREADS)
                                .build()));
    }

    /// How far it is.
    public CompletableFuture<EventLogStatus> status(Duration limit) {
        return ask(STATUS, limit);
    }

    /// Removes at once who was forgotten and is still in the segments; how far it is then.
    public CompletableFuture<EventLogStatus> erase(Duration limit) {
        return ask(ERASE, limit);
    }

    private CompletableFuture<EventLogStatus> ask(int op, Duration limit) {
        return cluster.call(service, Request.of(op, NOTHING).within(limit).retried())
                .thenApply(EventLogStatus.CODEC::decode);
    }

    public ServiceRef service() {
        return service;
    }
}
