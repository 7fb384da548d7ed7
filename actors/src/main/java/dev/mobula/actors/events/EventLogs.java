package dev.mobula.actors.events;

import dev.mobula.actors.codec.Codec;
import dev.mobula.actors.codec.MessageReader;
import dev.mobula.actors.codec.MessageWriter;
import dev.mobula.actors.runtime.Cluster;
import dev.mobula.actors.runtime.Request;
import dev.mobula.actors.runtime.ServiceRef;
import dev.mobula.actors.runtime.ServiceSpec;
import dev.mobula.actors.runtime.StateKind;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/// The event log, as its callers see it.
public final class EventLogs {
    static final int STATUS = 1;
    static final int ERASE = 2;
    static final int FORGOTTEN = 3;

    static final Codec<Map<Long, Long>> USERS =
            new Codec<>() {
                @Override
                public void write(Map<Long, Long> value, MessageWriter out) {
                    out.writeList(
                            List.copyOf(value.entrySet()),
                            (writer, user) ->
                                    writer.writeLong(user.getKey()).writeLong(user.getValue()));
                }

                @Override
                public Map<Long, Long> read(MessageReader in) {
                    Map<Long, Long> users = new HashMap<>();
                    in.readList(reader -> users.put(reader.readLong(), reader.readLong()));
                    return users;
                }
            };

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

    /// Who was forgotten in the last week, or is not erased yet, and when the log heard of it: for whoever keeps other logs
    /// of users.
    public CompletableFuture<Map<Long, Long>> forgotten(Duration limit) {
        return cluster.call(service, Request.of(FORGOTTEN, NOTHING).within(limit).retried())
                .thenApply(USERS::decode);
    }

    private CompletableFuture<EventLogStatus> ask(int op, Duration limit) {
        return cluster.call(service, Request.of(op, NOTHING).within(limit).retried())
                .thenApply(EventLogStatus.CODEC::decode);
    }

    public ServiceRef service() {
        return service;
    }
}
