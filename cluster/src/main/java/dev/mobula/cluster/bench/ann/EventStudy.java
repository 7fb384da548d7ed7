package dev.mobula.cluster.bench.ann;

import dev.mobula.cluster.report.Check;
import dev.mobula.cluster.report.Report;
import dev.mobula.cluster.report.Table;
import dev.mobula.retrieval.shard.IndexShard;
import dev.mobula.retrieval.shard.SearchOptions;
import java.time.Duration;
import java.util.Arrays;
import jdk.jfr.Recording;

/// What Flight Recorder's event of a search costs: nobody records, slow searches are recorded, all are.
final class EventStudy {
    private static final String EVENT = "dev.mobula.IndexSearch";
    private static final Duration SLOW = Duration.ofMillis(20);
    private static final int ROUNDS = 15;
    private static final double RECORDED_OVER_NOT_MAX = 1.02;

    private final IndexShard shard;
    private final float[][] queries;
    private final SearchOptions options;

    EventStudy(IndexShard shard, AnnData data, int ef) {
        this.shard = shard;
        queries = new float[data.queries().length][];
        Arrays.setAll(queries, i -> Arrays.copyOf(data.queries()[i], data.dimension()));
        options = SearchOptions.DEFAULT.withEf(ef);
    }

    void report(Report report) {
        double[] off = new double[ROUNDS];
        double[] slow = new double[ROUNDS];
        double[] all = new double[ROUNDS];
        micros();
        for (int round = 0; round < ROUNDS; round++) {
            off[round] = micros();
            slow[round] = recorded(SLOW);
            all[round] = recorded(Duration.ZERO);
        }
        double base = least(off);
        report.table(
                "a search and its Flight Recorder event",
                Table.of("recorded", "us", "ns more")
                        .row("nothing", base, 0)
                        .row("searches of 20 ms or more", least(slow), 1e3 * (least(slow) - base))
                        .row("every search", least(all), 1e3 * (least(all) - base)));
        report.figure("event_ns_slow_only", 1e3 * (least(slow) - base))
                .figure("event_ns_every", 1e3 * (least(all) - base))
                .check(
                        Check.atMost(
                                "a search while slow ones are recorded",
                                least(slow) / base,
                                "x",
                                RECORDED_OVER_NOT_MAX));
    }

    private double recorded(Duration threshold) {
        try (Recording recording = new Recording()) {
            recording.enable(EVENT).withThreshold(threshold).withoutStackTrace();
            recording.start();
            return micros();
        }
    }

    private double micros() {
        Stopwatch time = new Stopwatch();
        for (float[] query : queries) {
            shard.search(query, AnnData.K, options);
        }
        return time.micros() / queries.length;
    }

    /* What others do on the machine only adds. */
    private static double least(double[] rounds) {
        return Arrays.stream(rounds).min().orElseThrow();
    }
}
