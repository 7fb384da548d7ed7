package dev.mobula.cluster.bench.feed;

import dev.mobula.cluster.report.Check;
import dev.mobula.cluster.report.Report;
import dev.mobula.cluster.report.Table;

/// Three times as many requests as the engine can answer: what it still serves, how late, and what it refuses.
final class OverloadStudy {
    private static final int TIMES = 3;
    private static final double GOODPUT_MIN = 0.9;

    private final MobulaFeed ours;
    private final FeedShape shape;
    private final Report report;

    OverloadStudy(MobulaFeed ours, FeedShape shape, Report report) {
        this.ours = ours;
        this.shape = shape;
        this.report = report;
    }

    /// @param capacity pages a second in a closed loop at most
    void run(double capacity, double seconds) throws InterruptedException {
        ours.openGuarded(TIMES * capacity, seconds / 2);
        LoadFigures load = ours.openGuarded(TIMES * capacity, seconds);
        double goodput = load.pagesPerSecond() / capacity;
        report.table(
                        "offered " + TIMES + " times the capacity",
                        Table.of(
                                        "pages/s",
                                        "of capacity",
                                        "whole",
                                        "shortened",
                                        "refused",
                                        "failed",
                                        "p99 ms")
                                .row(
                                        load.pagesPerSecond(),
                                        goodput,
                                        load.whole(),
                                        load.shortened(),
                                        load.refused(),
                                        load.failed(),
                                        load.p99Millis()))
                .check(Check.atLeast("goodput under overload", goodput, "", GOODPUT_MIN))
                .check(
                        Check.atMost(
                                "p99 of accepted requests under overload",
                                load.p99Millis(),
                                "ms",
                                (double) shape.budget().toMillis()))
                .check(Check.atMost("failures under overload", (double) load.failed(), "", 0));
    }
}
