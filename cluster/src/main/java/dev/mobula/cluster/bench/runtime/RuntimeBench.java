package dev.mobula.cluster.bench.runtime;

import dev.mobula.actors.nodes.LocalCluster;
import dev.mobula.actors.nodes.RayInstallation;
import dev.mobula.actors.ray.PlainRay;
import dev.mobula.actors.ray.RayCluster;
import dev.mobula.actors.ray.RayOptions;
import dev.mobula.actors.runtime.Cluster;
import dev.mobula.actors.runtime.InJvmCluster;
import dev.mobula.actors.runtime.MailboxLimits;
import dev.mobula.actors.runtime.Request;
import dev.mobula.actors.runtime.ServiceRef;
import dev.mobula.actors.runtime.ServiceSpec;
import dev.mobula.cluster.bench.Bench;
import dev.mobula.cluster.bench.BenchContext;
import dev.mobula.cluster.bench.Progress;
import dev.mobula.cluster.report.Check;
import dev.mobula.cluster.report.Report;
import dev.mobula.cluster.report.Table;
import dev.mobula.training.durable.Folders;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/// The runtime's speed, in this process and on Ray, interleaved with plain Ray calls in one run.
public final class RuntimeBench implements Bench {
    private static final int REQUEST_BYTES = 512;
    private static final int CALLERS = 64;
    private static final int FAN_OUT = 4;
    private static final int SHIPMENT_BYTES = 16 << 20;
    private static final int ROUNDS = 5;
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final String FAR_NODE = "node-2";

    private static final double IN_JVM_MICROS_MAX = 15;
    private static final double SINGLE_RATIO_MAX = 1.3;
    private static final double BATCHING_GAIN_MIN = 5;
    private static final double RECOVERY_SECONDS_MAX = 5;

    @Override
    public String name() {
        return "runtime";
    }

    @Override
    public String summary() {
        return "calls, batches, fan-outs, shipments and recoveries, in one JVM and on Ray";
    }

    @Override
    public Report run(BenchContext context) throws IOException, InterruptedException {
        Report report = new Report(name());
        Path state = Files.createTempDirectory("mobula-bench-");
        try (Progress progress = context.progress("runtime", 7)) {
            measureInJvm(report, context);
            progress.step(1);
            try (LocalCluster nodes = LocalCluster.start(RayInstallation.find(), 2, state);
                    RayCluster ray =
                            RayCluster.connect(
                                    RayOptions.of(nodes.address())
                                            .withNodeIp(nodes.head().nodeIp()))) {
                measureOnRay(report, context, nodes, ray, progress);
            }
        } finally {
            Folders.delete(state);
        }
        return report;
    }

    private static ServiceSpec.Builder echo(String name) {
        return ServiceSpec.named(name, EchoService.Factory.class);
    }

    private static Load.Call calling(Cluster cluster, ServiceRef service) {
        byte[] body = new byte[REQUEST_BYTES];
        return () -> cluster.call(service, Request.of(EchoService.ECHO, body).within(LIMIT)).get();
    }

    private static void repeat(int count, Latencies latencies, Load.Call call) {
        try {
            for (int i = 0; i < count; i++) {
                long start = System.nanoTime();
                call.run();
                latencies.add(System.nanoTime() - start);
            }
        } catch (Exception failed) {
            throw new IllegalStateException("a measured call failed", failed);
        }
    }

    private static void measureInJvm(Report report, BenchContext context) {
        int calls = context.quick() ? 50_000 : 200_000;
        Latencies latencies = new Latencies();
        try (InJvmCluster cluster = new InJvmCluster(Optional.empty())) {
            Load.Call call = calling(cluster, cluster.spawn(echo("echo").build()));
            repeat(calls / 2, new Latencies(), call);
            repeat(calls, latencies, call);
        }
        report.table(
                        "one caller in this process, 512 bytes out, 160 back, microseconds",
                        Table.of("p50", "p99").row(latencies.p50(), latencies.p99()))
                .figure("in_jvm_micros", quantiles(latencies))
                .check(Check.atMost("in-JVM call p50", latencies.p50(), "us", IN_JVM_MICROS_MAX));
    }

    private static Map<String, Double> quantiles(Latencies latencies) {
        return Map.of("p50", latencies.p50(), "p99", latencies.p99());
    }

    private static void measureOnRay(
            Report report,
            BenchContext context,
            LocalCluster nodes,
            RayCluster ray,
            Progress progress)
            throws InterruptedException {
        MailboxLimits single = MailboxLimits.standard().withBatch(1, Duration.ZERO);
        ServiceRef batched = ray.spawn(echo("echo").build());
        ServiceRef unbatched = ray.spawn(echo("echo-single").limits(single).build());
        try (PlainRay plain = new PlainRay(FAN_OUT, EchoService.REPLY_BYTES, LIMIT)) {
            measureOneCaller(report, context, calling(ray, batched), plain);
            progress.step(1);
            measureManyCallers(
                    report, context, calling(ray, batched), calling(ray, unbatched), plain);
            progress.step(1);
            measureFanOut(report, context, ray, plain);
            progress.step(1);
        }
        measureShipping(report, context, ray, batched);
        progress.step(1);
        measureRecovery(report, ray, batched);
        progress.step(1);
        measureNodeReturn(report, nodes, ray);
        progress.step(1);
    }

    private static void measureOneCaller(
            Report report, BenchContext context, Load.Call ours, PlainRay plain) {
        int calls = context.quick() ? 400 : 2_000;
        byte[] body = new byte[REQUEST_BYTES];
        Latencies direct = new Latencies();
        Latencies byRay = new Latencies();
        repeat(calls, new Latencies(), ours);
        repeat(calls, new Latencies(), () -> plain.call(body));
        for (int round = 0; round < ROUNDS; round++) {
            repeat(calls, direct, ours);
            repeat(calls, byRay, () -> plain.call(body));
        }
        double ratio = direct.p50() / byRay.p50();
        report.table(
                        "one caller on Ray, 512 bytes out, 160 back, microseconds",
                        Table.of("way", "p50", "p99")
                                .row("plain Ray call", byRay.p50(), byRay.p99())
                                .row("Mobula call", direct.p50(), direct.p99()))
                .figure("plain_ray_micros", quantiles(byRay))
                .figure("call_micros", quantiles(direct))
                .check(Check.atMost("one caller against plain Ray", ratio, "x", SINGLE_RATIO_MAX));
    }

    private static void measureManyCallers(
            Report report,
            BenchContext context,
            Load.Call batched,
            Load.Call unbatched,
            PlainRay plain)
            throws InterruptedException {
        long slice = Duration.ofMillis(context.quick() ? 500 : 2_000).toNanos();
        byte[] body = new byte[REQUEST_BYTES];
        Load withBatches = new Load();
        Load oneByOne = new Load();
        Load byRay = new Load();
        new Load().run(CALLERS, slice, batched);
        new Load().run(CALLERS, slice, unbatched);
        new Load().run(CALLERS, slice, () -> plain.call(body));
        for (int round = 0; round < ROUNDS; round++) {
            withBatches.run(CALLERS, slice, batched);
            oneByOne.run(CALLERS, slice, unbatched);
            byRay.run(CALLERS, slice, () -> plain.call(body));
        }
        double gain = withBatches.callsPerSecond() / byRay.callsPerSecond();
        double tail = withBatches.latencies().p99() / byRay.latencies().p99();
        report.table(
                        CALLERS + " callers on Ray at once",
                        Table.of("way", "calls/s", "p50 us", "p99 us")
                                .row(row("plain Ray, one call per request", byRay))
                                .row(row("Mobula, batches of one", oneByOne))
                                .row(row("Mobula, micro-batching", withBatches)))
                .figure("calls_per_second_plain_ray", byRay.callsPerSecond())
                .figure("calls_per_second_batches_of_one", oneByOne.callsPerSecond())
                .figure("calls_per_second", withBatches.callsPerSecond())
                .check(
                        Check.atLeast(
                                "64 callers, micro-batching against one Ray call per request",
                                gain,
                                "x",
                                BATCHING_GAIN_MIN))
                .check(Check.atMost("64 callers, p99 against the same", tail, "x", 1));
    }

    private static Object[] row(String way, Load load) {
        return new Object[] {
            way, Math.round(load.callsPerSecond()), load.latencies().p50(), load.latencies().p99()
        };
    }

    private static void measureFanOut(
            Report report, BenchContext context, RayCluster ray, PlainRay plain) {
        int calls = context.quick() ? 200 : 1_000;
        byte[] body = new byte[REQUEST_BYTES];
        List<ServiceRef> services = new ArrayList<>();
        for (int i = 0; i < FAN_OUT; i++) {
            services.add(ray.spawn(echo("fan-out-" + i).build()));
        }
        Load.Call ours = () -> askAll(ray, services, body).get();
        Latencies direct = new Latencies();
        Latencies byRay = new Latencies();
        repeat(calls, new Latencies(), ours);
        repeat(calls, new Latencies(), () -> plain.callAll(body));
        for (int round = 0; round < ROUNDS; round++) {
            repeat(calls, direct, ours);
            repeat(calls, byRay, () -> plain.callAll(body));
        }
        services.forEach(ray::stop);
        report.table(
                        "fan-out to " + FAN_OUT + " services and back, microseconds",
                        Table.of("way", "p50", "p99")
                                .row("plain Ray calls", byRay.p50(), byRay.p99())
                                .row("Mobula calls", direct.p50(), direct.p99()))
                .figure("fan_out_plain_ray_micros", quantiles(byRay))
                .figure("fan_out_micros", quantiles(direct));
    }

    private static CompletableFuture<Void> askAll(
            RayCluster ray, List<ServiceRef> services, byte[] body) {
        CompletableFuture<?>[] replies = new CompletableFuture<?>[services.size()];
        for (int i = 0; i < replies.length; i++) {
            replies[i] =
                    ray.call(services.get(i), Request.of(EchoService.ECHO, body).within(LIMIT));
        }
        return CompletableFuture.allOf(replies);
    }

    private static void measureShipping(
            Report report, BenchContext context, RayCluster ray, ServiceRef service) {
        int shipments = context.quick() ? 4 : 20;
        ByteBuffer content = ByteBuffer.allocate(SHIPMENT_BYTES);
        Load.Call shared =
                () -> ray.ship(service, EchoService.TAKE, content, LIMIT).getFirst().get();
        Load.Call direct = () -> ray.shipDirectly(service, EchoService.TAKE, content, LIMIT).get();
        Latencies byStore = new Latencies();
        Latencies byTcp = new Latencies();
        repeat(shipments, new Latencies(), shared);
        repeat(shipments, new Latencies(), direct);
        for (int round = 0; round < ROUNDS; round++) {
            repeat(shipments, byStore, shared);
            repeat(shipments, byTcp, direct);
        }
        report.table(
                        "16 MB shipped to one service, milliseconds",
                        Table.of("way", "p50", "p99")
                                .row("shared buffer", byStore.p50() / 1e3, byStore.p99() / 1e3)
                                .row("direct TCP", byTcp.p50() / 1e3, byTcp.p99() / 1e3))
                .figure("ship_shared_micros", quantiles(byStore))
                .figure("ship_tcp_micros", quantiles(byTcp));
    }

    private static void measureRecovery(Report report, RayCluster ray, ServiceRef service) {
        long process = ray.processOf(service);
        long start = System.nanoTime();
        ProcessHandle.of(process).orElseThrow().destroyForcibly();
        long successor = process;
        while (successor == process) {
            successor = ByteBuffer.wrap(askPatiently(ray, service, EchoService.PROCESS)).getLong();
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        report.figure("recovery_seconds", seconds)
                .table(
                        "recovery, seconds",
                        Table.of("what was killed", "answers again after")
                                .row("a service's process, by kill -9", seconds))
                .check(
                        Check.atMost(
                                "a killed service answers again",
                                seconds,
                                "s",
                                RECOVERY_SECONDS_MAX));
    }

    private static byte[] askPatiently(RayCluster ray, ServiceRef service, int op) {
        Request request = Request.of(op, new byte[0]).within(LIMIT).retried();
        return ray.call(service, request).join();
    }

    private static void measureNodeReturn(Report report, LocalCluster nodes, RayCluster ray) {
        ServiceRef bound = ray.spawn(echo("echo-bound").node(FAR_NODE).build());
        nodes.node(FAR_NODE).killRaylet();
        nodes.restart(FAR_NODE);
        long start = System.nanoTime();
        askPatiently(ray, bound, EchoService.ECHO);
        double seconds = (System.nanoTime() - start) / 1e9;
        report.figure("recovery_after_node_return_seconds", seconds)
                .table(
                        "recovery of a service bound to its node, seconds",
                        Table.of("what was killed", "answers again after the node's return")
                                .row("the node's raylet, by kill -9", seconds))
                .check(
                        Check.atMost(
                                "a service bound to a node answers after its node's return",
                                seconds,
                                "s",
                                RECOVERY_SECONDS_MAX));
    }
}
