package dev.mobula.actors.ranker;

import dev.mobula.actors.codec.MessageWriter;
import dev.mobula.actors.runtime.Cluster;
import dev.mobula.actors.runtime.Request;
import dev.mobula.actors.runtime.ServiceRef;
import dev.mobula.actors.runtime.ServiceSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/// The ranking service, as its callers see it.
public final class Rankers {
    private static final Duration WRITE_LIMIT = Duration.ofSeconds(30);

    private final Cluster cluster;
    private final ServiceRef service;

    public Rankers(Cluster cluster, ServiceRef service) {
        this.cluster = cluster;
        this.service = service;
    }

    /// Starts the service under the given name.
    public static Rankers spawn(Cluster cluster, String name) {
        return new Rankers(
                cluster,
                cluster.spawn(ServiceSpec.named(name, RankerService.Factory.class).build()));
    }

    /// Gives items their numbers, by the names the model's schema has for them.
    public CompletableFuture<Void> put(Map<Long, Map<String, Double>> numbersById) {
        List<RankerProtocol.ItemRow> rows = new ArrayList<>();
        numbersById.forEach((id, numbers) -> rows.add(new RankerProtocol.ItemRow(id, numbers)));
        return write(RankerProtocol.PUT, RankerProtocol.ROWS.encode(rows));
    }

    public CompletableFuture<Void> delete(long... ids) {
        return write(RankerProtocol.DELETE, message(ids));
    }

    /// Scores candidates on every head of the model.
    public CompletableFuture<Scores> score(long[] candidates, Duration limit) {
        Request request =
                Request.of(RankerProtocol.SCORE, message(candidates)).within(limit).retried();
        return cluster.call(service, request).thenApply(RankerProtocol.SCORES::decode);
    }

    private CompletableFuture<Void> write(int op, byte[] body) {
        return cluster.call(service, Request.of(op, body).within(WRITE_LIMIT).retried())
                .thenAccept(done -> {});
    }

    private static byte[] message(long[] ids) {
        return new MessageWriter().writeLongs(ids).toBytes();
    }
}
