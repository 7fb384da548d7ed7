package dev.mobula.cluster.bench.events;

import dev.mobula.actors.events.EventLogSettings;
import dev.mobula.actors.events.EventLogs;
import dev.mobula.actors.nodes.LocalCluster;
import dev.mobula.actors.nodes.RayInstallation;
import dev.mobula.actors.ray.RayCluster;
import dev.mobula.actors.ray.RayOptions;
import dev.mobula.actors.runtime.Cluster;
import dev.mobula.actors.runtime.InJvmCluster;
import dev.mobula.actors.shards.ShardLayout;
import dev.mobula.actors.users.UserShards;
import dev.mobula.cluster.bench.Bench;
import dev.mobula.cluster.bench.BenchContext;
import dev.mobula.cluster.report.Report;
import dev.mobula.training.durable.Folders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// One user shard and the event log behind it: events a second on disk, how long an append takes, how long it takes to ask
/// for a user and for what may be shown.
public final class EventsBench implements Bench {
    private static final String USERS = "bench-users";
    private static final String EVENTS = "bench-events";

    @Override
    public String name() {
        return "events";
    }

    @Override
    public String summary() {
        return "a user shard: durable events a second, a user's view, the last check of a page";
    }

    @Override
    public Report run(BenchContext context) throws IOException, InterruptedException {
        Path state = Files.createTempDirectory("mobula-bench-");
        try {
            return context.ray() ? onRay(context, state) : inJvm(context, state);
        } finally {
            Folders.delete(state);
        }
    }

    private Report inJvm(BenchContext context, Path state)
            throws IOException, InterruptedException {
        try (InJvmCluster cluster = new InJvmCluster(Optional.of(state.resolve("shards")))) {
            return measure(context, cluster);
        }
    }

    private Report onRay(BenchContext context, Path state)
            throws IOException, InterruptedException {
        try (LocalCluster nodes =
                        LocalCluster.start(RayInstallation.find(), 1, state.resolve("nodes"));
                RayCluster cluster =
                        RayCluster.connect(
                                RayOptions.of(nodes.address()).withNodeIp(nodes.head().nodeIp()))) {
            return measure(context, cluster);
        }
    }

    private Report measure(BenchContext context, Cluster cluster) throws InterruptedException {
        Report report = new Report(name());
        report.figure("on", context.ray() ? "ray" : "one JVM");
        UserShards users = UserShards.spawn(cluster, USERS, 1);
        EventLogs log =
                EventLogs.spawn(cluster, EVENTS, EventLogSettings.of(new ShardLayout(USERS, 1)));
        new IngestStudy(users, log).run(context, report);
        new AskStudy(users).run(context, report);
        return report;
    }
}
