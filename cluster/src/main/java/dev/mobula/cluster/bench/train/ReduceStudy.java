package dev.mobula.cluster.bench.train;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.mobula.cluster.bench.BenchContext;
import dev.mobula.cluster.bench.PythonPeers;
import dev.mobula.cluster.report.Check;
import dev.mobula.cluster.report.Report;
import dev.mobula.cluster.report.Table;
import dev.mobula.training.collective.Collective;
import dev.mobula.training.collective.Ring;
import dev.mobula.training.collective.SharedMemory;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// Sums of five megabytes over two workers: our two ways beside gloo, round by round.
final class ReduceStudy {
    private static final int FLOATS = 1_310_720;
    private static final int WARM_UP = 30;
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final String SCRIPT = "reduce_peer.py";
    private static final JsonMapper JSON = new JsonMapper();
    private static final double NANOS_PER_MILLI = 1e6;

    private final BenchContext context;
    private final Report report;

    ReduceStudy(BenchContext context, Report report) {
        this.context = context;
        this.report = report;
    }

    void run(PythonPeers tools) throws IOException, InterruptedException {
        int rounds = context.quick() ? 2 : 5;
        int sums = context.quick() ? 150 : 500;
        List<Double> memory = new ArrayList<>();
        List<Double> ring = new ArrayList<>();
        List<Double> gloo = new ArrayList<>();
        for (int round = 0; round < rounds; round++) {
            memory.add(measure(SharedMemory.group(2, PATIENCE), sums));
            gloo.add(gloo(tools, context.quick() ? 0.7 : 2));
            ring.add(measure(ring(), sums));
        }
        Table table = Table.of("5 MB over two workers", "ms");
        table.row("shared memory", TrainStudy.median(memory));
        table.row("ring of connections", TrainStudy.median(ring));
        table.row("gloo", TrainStudy.median(gloo));
        report.table("Sums (tenth percentile of a round, median of rounds)", table);
        check("shared memory", memory, gloo);
        check("ring", ring, gloo);
    }

    private void check(String ours, List<Double> own, List<Double> theirs) {
        List<Double> ratios = new ArrayList<>();
        for (int round = 0; round < own.size(); round++) {
            ratios.add(theirs.get(round) / own.get(round));
        }
        report.check(
                Check.atLeast(
                        "sum of 5 MB, " + ours + " against gloo",
                        TrainStudy.median(ratios),
                        "x",
                        1.0));
    }

    private static List<Collective> ring() throws IOException {
        List<SocketChannel> next = new ArrayList<>();
        List<SocketChannel> previous = new ArrayList<>();
        for (int rank = 0; rank < 2; rank++) {
            try (ServerSocketChannel listener = ServerSocketChannel.open()) {
                listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
                next.add(SocketChannel.open(listener.getLocalAddress()));
                previous.add(listener.accept());
            }
        }
        return List.of(
                Ring.of(0, 2, next.get(0), previous.get(1), PATIENCE),
                Ring.of(1, 2, next.get(1), previous.get(0), PATIENCE));
    }

    private static double measure(List<Collective> peers, int sums) throws InterruptedException {
        List<Double> millis = new ArrayList<>();
        Thread other =
                Thread.ofPlatform()
                        .name("sum-1")
                        .start(() -> sum(peers.getLast(), sums, new ArrayList<>()));
        sum(peers.getFirst(), sums, millis);
        other.join();
        peers.forEach(Collective::close);
        return TrainStudy.p10(millis);
    }

    private static void sum(Collective own, int sums, List<Double> millis) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment values = arena.allocate((long) FLOATS * Float.BYTES, 64);
            for (int i = 0; i < WARM_UP + sums; i++) {
                long start = System.nanoTime();
                own.allReduce(values, FLOATS);
                if (i >= WARM_UP) {
                    millis.add((System.nanoTime() - start) / NANOS_PER_MILLI);
                }
            }
        }
    }

    private double gloo(PythonPeers tools, double seconds)
            throws IOException, InterruptedException {
        Process process =
                new ProcessBuilder(
                                tools.python().toString(),
                                tools.script(SCRIPT, context.prepared()).toString(),
                                Integer.toString(FLOATS),
                                Double.toString(seconds))
                        .redirectError(context.prepared().resolve("gloo.log").toFile())
                        .start();
        String line = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException(
                    "gloo ended with an error; see " + context.prepared().resolve("gloo.log"));
        }
        JsonNode answer = JSON.readTree(line);
        return answer.path("p10").asDouble(Double.NaN);
    }
}
