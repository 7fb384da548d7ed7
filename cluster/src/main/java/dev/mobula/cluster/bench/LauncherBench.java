package dev.mobula.cluster.bench;

import dev.mobula.cluster.report.Check;
import dev.mobula.cluster.report.Report;
import dev.mobula.cluster.report.Table;
import java.io.File;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/// How long the launcher takes to answer from a finished build.
final class LauncherBench implements Bench {
    private static final double HELP_SECONDS_MAX = 1;
    private static final int WARM_UPS = 2;

    @Override
    public String name() {
        return "launcher";
    }

    @Override
    public String summary() {
        return "how long ./mobula help takes from a finished build";
    }

    @Override
    public Report run(BenchContext context) throws IOException, InterruptedException {
        int rounds = context.quick() ? 10 : 40;
        double[] seconds = new double[rounds];
        try (Progress progress = context.progress("./mobula help", WARM_UPS + rounds)) {
            for (int round = -WARM_UPS; round < rounds; round++) {
                double taken = help(context);
                if (round >= 0) {
                    seconds[round] = taken;
                }
                progress.step(1);
            }
        }
        Arrays.sort(seconds);
        double median = seconds[rounds / 2];
        return new Report(name())
                .table(
                        rounds + " times ./mobula help, seconds",
                        Table.of("fastest", "median", "slowest")
                                .row(seconds[0], median, seconds[rounds - 1]))
                .figure("help_seconds", Map.of("p50", median, "max", seconds[rounds - 1]))
                .check(Check.atMost("help answers", median, "s", HELP_SECONDS_MAX));
    }

    private static double help(BenchContext context) throws IOException, InterruptedException {
        long start = System.nanoTime();
        Process process =
                new ProcessBuilder(List.of(context.checkout().resolve("mobula").toString(), "help"))
                        .redirectOutput(ProcessBuilder.Redirect.to(new File("/dev/null")))
                        .redirectErrorStream(true)
                        .start();
        int exit = process.waitFor();
        double seconds = (System.nanoTime() - start) / 1e9;
        if (exit != 0) {
            throw new IOException("./mobula help ends with exit code " + exit);
        }
        return seconds;
    }
}
