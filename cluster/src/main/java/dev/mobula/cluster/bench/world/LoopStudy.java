package dev.mobula.cluster.bench.world;

import dev.mobula.cluster.bench.Progress;
import dev.mobula.cluster.report.Check;
import dev.mobula.cluster.report.Report;
import dev.mobula.cluster.report.Table;
import dev.mobula.training.closedloop.Arm;
import dev.mobula.training.closedloop.ClosedLoop;
import dev.mobula.training.closedloop.Interval;
import dev.mobula.training.closedloop.LoopSpec;
import dev.mobula.training.closedloop.Measured;
import dev.mobula.training.durable.Folders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/// The closed loop over several worlds: tables by generation, and whether retraining pays.
public final class LoopStudy {
    private final LoopSpec spec;
    private final long firstSeed;
    private final int seeds;
    private final List<Map<Arm, List<Measured>>> worlds = new ArrayList<>();

    public LoopStudy(LoopSpec spec, long firstSeed, int seeds) {
        this.spec = spec;
        this.firstSeed = firstSeed;
        this.seeds = seeds;
        spec.world(firstSeed);
    }

    /// Runs all worlds. Indexes are kept in a temporary folder that goes with the run.
    public Report run(boolean watched) throws IOException {
        Path folder = Files.createTempDirectory("mobula-loop-");
        long steps = (long) seeds * Arm.values().length * spec.generations();
        try (Progress progress =
                watched ? Progress.shown("generations", steps) : Progress.silent()) {
            ClosedLoop loop =
                    new ClosedLoop(
                            spec,
                            folder,
                            System::nanoTime,
                            (seed, arm, generation, measured) -> progress.step(1));
            for (int i = 0; i < seeds; i++) {
                worlds.add(loop.run(firstSeed + i, EnumSet.allOf(Arm.class)));
            }
        } finally {
            Folders.delete(folder);
        }
        return report();
    }

    private Report report() {
        Report report = new Report("world-loop");
        for (int generation = 0; generation < spec.generations(); generation++) {
            report.table(title(generation), table(generation));
        }
        report.figure("generations", figures());
        int last = spec.generations() - 1;
        Interval overPopularity = gain(Arm.POPULARITY, last);
        Interval overFirst = gain(Arm.FIRST_MODEL, last);
        report.table(
                "what retraining adds to the true utility of a request, in the last generation",
                Table.of("over", "gain", "lower", "upper")
                        .row(
                                "popularity",
                                overPopularity.mean(),
                                bound(overPopularity.lower()),
                                bound(overPopularity.upper()))
                        .row(
                                "first model",
                                overFirst.mean(),
                                bound(overFirst.lower()),
                                bound(overFirst.upper())));
        report.check(above("retrained above popularity", overPopularity));
        return spec.generations() > 2
                ? report.check(above("retrained above the first model", overFirst))
                : report;
    }

    /// Of several worlds the interval's lower end must be above 0; of one there is only the mean.
    private Check above(String name, Interval gain) {
        double value = seeds > 1 ? gain.lower() : gain.mean();
        return new Check(name, value, "utility", "> 0", value > 0);
    }

    private static Object bound(double bound) {
        return Double.isFinite(bound) ? bound : "-";
    }

    private String title(int generation) {
        int from = generation * spec.generationDays();
        return "generation %d, days %d to %d: mean of %d worlds with 95 %% intervals"
                .formatted(generation, from + 1, from + spec.generationDays(), seeds);
    }

    private Table table(int generation) {
        Table table = Table.of("policy", "utility", "regret", "coverage", "spam", "users by day");
        for (Arm arm : Arm.values()) {
            table.row(
                    arm.title(),
                    cell(arm, generation, Measured::utility),
                    cell(arm, generation, Measured::regret),
                    cell(arm, generation, Measured::coverage),
                    cell(arm, generation, Measured::spamShare),
                    cell(arm, generation, Measured::activeShare));
        }
        return table;
    }

    private String cell(Arm arm, int generation, ToDoubleFunction<Measured> figure) {
        Interval interval = interval(arm, generation, figure);
        return Double.isFinite(interval.halfWidth())
                ? String.format(Locale.ROOT, "%.3f ± %.3f", interval.mean(), interval.halfWidth())
                : String.format(Locale.ROOT, "%.3f", interval.mean());
    }

    private Interval interval(Arm arm, int generation, ToDoubleFunction<Measured> figure) {
        return Interval.of(
                worlds.stream()
                        .mapToDouble(world -> figure.applyAsDouble(of(world, arm, generation)))
                        .toArray());
    }

    private static Measured of(Map<Arm, List<Measured>> world, Arm arm, int generation) {
        return world.getOrDefault(arm, List.of()).get(generation);
    }

    /// How much more a request of the retrained engine is worth, world by world.
    private Interval gain(Arm over, int generation) {
        return Interval.of(
                worlds.stream()
                        .mapToDouble(
                                world ->
                                        of(world, Arm.RETRAINED, generation).utility()
                                                - of(world, over, generation).utility())
                        .toArray());
    }

    private List<Map<String, Object>> figures() {
        List<Map<String, Object>> all = new ArrayList<>();
        for (int generation = 0; generation < spec.generations(); generation++) {
            Map<String, Object> byArm = new LinkedHashMap<>();
            for (Arm arm : Arm.values()) {
                byArm.put(
                        arm.title(),
                        Map.of(
                                "utility", interval(arm, generation, Measured::utility).mean(),
                                "regret", interval(arm, generation, Measured::regret).mean(),
                                "coverage", interval(arm, generation, Measured::coverage).mean()));
            }
            all.add(byArm);
        }
        return all;
    }
}
