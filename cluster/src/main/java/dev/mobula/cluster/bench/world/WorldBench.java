package dev.mobula.cluster.bench.world;

import dev.mobula.cluster.bench.Bench;
import dev.mobula.cluster.bench.BenchContext;
import dev.mobula.cluster.bench.Progress;
import dev.mobula.cluster.report.Check;
import dev.mobula.cluster.report.Report;
import dev.mobula.cluster.report.Table;
import dev.mobula.training.world.EventDigest;
import dev.mobula.training.world.Policy;
import dev.mobula.training.world.PopularityPolicy;
import dev.mobula.training.world.RandomPolicy;
import dev.mobula.training.world.Simulation;
import dev.mobula.training.world.Tally;
import dev.mobula.training.world.World;
import dev.mobula.training.world.WorldSpec;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.lang.ref.Reference;

/// How fast the simulated world goes on one core, how much memory it takes, and that it repeats itself.
public final class WorldBench implements Bench {
    private static final double EVENTS_PER_SECOND_LEAST = 1e5;
    private static final double USER_BYTES_MAX = 4_096;
    private static final long SEED = 1;

    @Override
    public String name() {
        return "world";
    }

    @Override
    public String summary() {
        return "the simulated world: events per second on one core, memory, repeatability";
    }

    @Override
    public Report run(BenchContext context) {
        WorldSpec spec =
                context.quick()
                        ? WorldSpec.of(SEED, 20_000, 20_000, 7)
                        : WorldSpec.of(SEED, 100_000, 100_000, 14);
        long empty = heapBytes();
        long start = System.nanoTime();
        World world = World.create(spec);
        double createSeconds = (System.nanoTime() - start) / 1e9;
        Table table = Table.of("policy", "events", "seconds", "events/s", "impressions/s");
        long days = context.quick() ? 1 : 2;
        Life random;
        Life popular;
        boolean repeated;
        try (Progress progress = context.progress("lives", 4)) {
            live(world, new RandomPolicy(SEED), days);
            progress.step(1);
            random = live(world, new RandomPolicy(SEED), spec.days());
            progress.step(1);
            popular = live(world, new PopularityPolicy(world, SEED), spec.days());
            progress.step(1);
            long again = live(world, new RandomPolicy(SEED), spec.days()).digest();
            repeated = again == random.digest();
            progress.step(1);
        }
        random.addTo(table, "random");
        popular.addTo(table, "popularity");
        double bytesPerUser = (double) (popular.heapBytes() - empty) / spec.users();
        return new Report(name())
                .table(
                        "%d users, %d items on offer, %d days; made in %.2f s"
                                .formatted(spec.users(), spec.items(), spec.days(), createSeconds),
                        table)
                .figure("events_per_second", random.eventsPerSecond())
                .figure("events_per_second_popularity", popular.eventsPerSecond())
                .figure("heap_bytes", popular.heapBytes() - empty)
                .figure("create_seconds", createSeconds)
                .check(
                        Check.atLeast(
                                "events on one core",
                                random.eventsPerSecond(),
                                "1/s",
                                EVENTS_PER_SECOND_LEAST))
                .check(Check.atMost("heap at the end, by user", bytesPerUser, "B", USER_BYTES_MAX))
                .check(Check.all("one seed lived twice is one stream", repeated ? 1 : 0, 1));
    }

    /// What one life came to, and the heap while its simulation was still held.
    private record Life(Tally tally, double seconds, long digest, long heapBytes) {
        double eventsPerSecond() {
            return tally.events() / seconds;
        }

        void addTo(Table table, String policy) {
            table.row(
                    policy,
                    tally.events(),
                    seconds,
                    Math.round(eventsPerSecond()),
                    Math.round(tally.impressions() / seconds));
        }
    }

    private static Life live(World world, Policy policy, long days) {
        Simulation simulation = new Simulation(world);
        EventDigest digest = new EventDigest();
        long until = World.START_SECONDS + days * 86_400;
        long start = System.nanoTime();
        try {
            Tally tally = simulation.runUntil(until, policy, digest);
            double seconds = (System.nanoTime() - start) / 1e9;
            return new Life(tally, seconds, digest.value(), heapBytes());
        } finally {
            Reference.reachabilityFence(simulation);
        }
    }

    private static long heapBytes() {
        MemoryMXBean memory = ManagementFactory.getMemoryMXBean();
        memory.gc();
        return memory.getHeapMemoryUsage().getUsed();
    }
}
