package dev.mobula.cluster.bench.feed;

import dev.mobula.actors.ray.RayCluster;
import dev.mobula.actors.runtime.ServiceRef;
import dev.mobula.cluster.report.Check;
import dev.mobula.cluster.report.Report;
import dev.mobula.cluster.report.Table;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/// Kills one service of every kind under load, and waits until pages are whole again.
final class RecoveryStudy {
    private static final double LOAD_SECONDS = 25;
    private static final long CALM_MILLIS = 2_000;
    private static final int WHOLE_IN_A_ROW = 30;
    private static final double RECOVERY_SECONDS_MAX = 10;

    private final FeedStage.Contenders contenders;
    private final RayCluster ray;
    private final Report report;

    RecoveryStudy(FeedStage.Contenders contenders, RayCluster ray, Report report) {
        this.contenders = contenders;
        this.ray = ray;
        this.report = report;
    }

    /// @param perSecond requests a second while services die
    void run(double perSecond) throws InterruptedException {
        Map<String, ServiceRef> victims = new LinkedHashMap<>();
        contenders.engine().roles().forEach((service, role) -> victims.put(role, service));
        Table table =
                Table.of(
                        "killed",
                        "whole pages after, s",
                        "whole",
                        "shortened",
                        "refused",
                        "failed");
        try (ExecutorService threads =
                Executors.newSingleThreadExecutor(
                        Thread.ofPlatform().name("load-generator").factory())) {
            for (Map.Entry<String, ServiceRef> victim : victims.entrySet()) {
                Future<LoadFigures> load =
                        threads.submit(() -> contenders.ours().open(perSecond, LOAD_SECONDS));
                double seconds = kill(victim.getValue());
                LoadFigures figures = load.get();
                table.row(
                        victim.getKey(),
                        seconds,
                        figures.whole(),
                        figures.shortened(),
                        figures.refused(),
                        figures.failed());
                report.check(
                                Check.atMost(
                                        "whole pages after a kill, " + victim.getKey(),
                                        seconds,
                                        "s",
                                        RECOVERY_SECONDS_MAX))
                        .check(
                                Check.atMost(
                                        "failed requests through a kill, " + victim.getKey(),
                                        (double) figures.failed(),
                                        "",
                                        0));
            }
        } catch (ExecutionException failed) {
            throw new IllegalStateException("the load ended early", failed);
        }
        report.table("one service killed with signal 9 at half the capacity", table);
    }

    /// Seconds from the kill to the first of many whole pages in a row.
    private double kill(ServiceRef victim) throws InterruptedException {
        TimeUnit.MILLISECONDS.sleep(CALM_MILLIS);
        ProcessHandle.of(ray.processOf(victim)).orElseThrow().destroyForcibly();
        long killed = System.nanoTime();
        long firstWhole = killed;
        int inARow = 0;
        for (long user = 1; inARow < WHOLE_IN_A_ROW; user++) {
            if (contenders.engine().ask(user) == PageLoad.Answer.WHOLE) {
                firstWhole = inARow == 0 ? System.nanoTime() : firstWhole;
                inARow++;
            } else {
                inARow = 0;
            }
            if (System.nanoTime() - killed > LOAD_SECONDS * 4e9) {
                return Double.NaN;
            }
        }
        return (firstWhole - killed) / 1e9;
    }
}
