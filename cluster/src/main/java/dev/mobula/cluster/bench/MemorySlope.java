package dev.mobula.cluster.bench;

import dev.mobula.cluster.report.Check;
import dev.mobula.cluster.report.Report;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// How this process's resident memory moves over a soak.
public final class MemorySlope {
    private static final Path STATUS = Path.of("/proc/self/status");
    private static final double MIB_PER_MINUTE_MAX = 1;

    private final long startNanos = System.nanoTime();
    private final List<double[]> samples = new ArrayList<>();

    /// Looks at it now.
    public void sample() throws IOException {
        samples.add(new double[] {(System.nanoTime() - startNanos) / 6e10, residentMib()});
    }

    /// Reports the last size, and the slope of the second half: the first is the heap growing to its working size.
    public Report reportTo(Report report) {
        return report.figure("resident MiB", samples.getLast()[1])
                .check(
                        Check.atMost(
                                "slope of resident memory",
                                slope(samples.subList(samples.size() / 2, samples.size())),
                                "MiB/minute",
                                MIB_PER_MINUTE_MAX));
    }

    private static double residentMib() throws IOException {
        for (String line : Files.readAllLines(STATUS)) {
            if (line.startsWith("VmRSS:")) {
                return Double.parseDouble(line.replaceAll("\\D", "")) / 1024;
            }
        }
        return Double.NaN;
    }

    private static double slope(List<double[]> samples) {
        double x = samples.stream().mapToDouble(s -> s[0]).average().orElse(0);
        double y = samples.stream().mapToDouble(s -> s[1]).average().orElse(0);
        double xy = samples.stream().mapToDouble(s -> (s[0] - x) * (s[1] - y)).sum();
        double xx = samples.stream().mapToDouble(s -> (s[0] - x) * (s[0] - x)).sum();
        return xy / xx;
    }
}
