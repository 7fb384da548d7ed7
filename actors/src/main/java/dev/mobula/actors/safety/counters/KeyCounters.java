package dev.mobula.actors.safety.counters;

import dev.mobula.actors.codec.MessageReader;
import dev.mobula.actors.codec.MessageWriter;
import dev.mobula.actors.runtime.CallException;
import dev.mobula.actors.runtime.Cluster;
import dev.mobula.actors.runtime.Failure;
import dev.mobula.actors.runtime.MailboxLimits;
import dev.mobula.actors.runtime.Request;
import dev.mobula.actors.runtime.ServiceRef;
import dev.mobula.actors.runtime.ServiceSpec;
import dev.mobula.actors.runtime.StateKind;
import dev.mobula.actors.shards.ShardLayout;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/// The key counters of everybody, as callers see them: keys hashed over shards.
public final class KeyCounters {
    /// The most hits of a call.
    public static final int HITS_MAX = CounterService.HITS_MAX;

    private static final int BATCH_MAX = 64;
    private static final int THREADS = 2;

    private final Cluster cluster;
    private final ShardLayout layout;

    private KeyCounters(Cluster cluster, ShardLayout layout) {
        this.cluster = cluster;
        this.layout = layout;
    }

    /// The counters that run already under this name.
    public static KeyCounters of(Cluster cluster, ShardLayout layout) {
        return new KeyCounters(cluster, layout);
    }

    /// Starts that many shards, named `NAME-0` and so on.
    public static KeyCounters spawn(Cluster cluster, String name, int count) {
        ShardLayout layout = new ShardLayout(name, count);
        for (ServiceRef shard : layout.shards()) {
            cluster.spawn(
                    ServiceSpec.named(shard.name(), CounterService.Factory.class)
                            .state(StateKind.LOCAL)
                            .threads(THREADS)
                            .limits(
                                    MailboxLimits.standard()
                                            .withRequestBytesMax(1 << 20)
                                            .withBatch(BATCH_MAX, Duration.ZERO))
                            .build());
        }
        return new KeyCounters(cluster, layout);
    }

    public ShardLayout layout() {
        return layout;
    }

    /// Counts, and gives what each hit's window then held, in their order, once all of it is on disk. A call that fails
    /// says nothing: some of it may be counted.
    public CompletableFuture<double[]> hit(List<Hit> hits, Duration limit) {
        if (hits.size() > HITS_MAX) {
            throw new CallException(
                    Failure.REFUSED, "hits=" + hits.size() + ": at most " + HITS_MAX);
        }
        Map<ServiceRef, List<Integer>> places = new LinkedHashMap<>();
        for (int i = 0; i < hits.size(); i++) {
            places.computeIfAbsent(layout.owner(hits.get(i).low()), owner -> new ArrayList<>())
                    .add(i);
        }
        double[] counts = new double[hits.size()];
        List<CompletableFuture<Void>> asked = new ArrayList<>();
        places.forEach(
                (owner, own) -> {
                    MessageWriter out = new MessageWriter();
                    out.writeList(own, (to, place) -> Hit.CODEC.write(hits.get(place), to));
                    asked.add(
                            cluster.call(
                                            owner,
                                            new Request(
                                                    CounterService.HIT,
                                                    out.toBytes(),
                                                    limit,
                                                    false))
                                    .thenAccept(answer -> fill(answer, own, counts)));
                });
        return CompletableFuture.allOf(asked.toArray(CompletableFuture[]::new))
                .thenApply(_ -> counts);
    }

    private static void fill(byte[] answer, List<Integer> places, double[] counts) {
        double[] own = new MessageReader(answer).readDoubles();
        for (int i = 0; i < own.length; i++) {
            counts[places.get(i)] = own[i];
        }
    }
}
