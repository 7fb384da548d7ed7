package dev.mobula.cluster.bench.feed;

import dev.mobula.cluster.bench.BenchContext;
import dev.mobula.cluster.bench.Progress;
import dev.mobula.cluster.report.Check;
import dev.mobula.cluster.report.MachineFacts;
import dev.mobula.cluster.report.Report;
import dev.mobula.cluster.report.Table;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;

/// Interleaved rounds of both contenders: the most pages a second, the waits at half of it, and what a page costs.
final class FeedStudy {
    private static final int[] CALLERS = {4, 8, 16, 32};
    private static final int COMPARED_USERS = 200;
    private static final double SAME_PLACES_MIN = 0.9;
    private static final double VALUE_DIFFERENCE_MAX = 1e-4;
    private static final int WIDE_BITS = 512;
    private static final double OUTSIDE_SHARE_MAX = 0.25;
    private static final double WAIT_SHARE_MAX = 1 / 3.0;

    private final FeedStage stage;
    private final BenchContext context;
    private final Report report = new Report("feed");
    private final Map<Contender, Tally> tallies = new LinkedHashMap<>();

    FeedStudy(FeedStage stage, BenchContext context) {
        this.stage = stage;
        this.context = context;
    }

    /// One contender's rounds at its best number of callers.
    private static final class Tally {
        int callers;
        double generatorMicros;
        long pages;
        double seconds;
        double slowestMillis;
        final Map<String, Double> processor = new LinkedHashMap<>();

        double pagesPerSecond() {
            return pages / seconds;
        }

        /// As if the generator had cost nothing.
        double pagesPerSecondAlone(int cores) {
            return pages / (seconds - pages * generatorMicros / 1e6 / cores);
        }

        double microsPerPage() {
            double spent = processor.values().stream().mapToDouble(Double::doubleValue).sum();
            return spent * 1e6 / pages - generatorMicros;
        }
    }

    Report run() throws IOException, InterruptedException {
        FeedStage.Contenders all = stage.contenders();
        Optional<PeerFeed> peer = all.peer();
        List<Contender> contenders = new ArrayList<>(List.of(all.ours()));
        peer.ifPresent(contenders::add);
        for (Contender contender : contenders) {
            tallies.put(contender, warmedUp(contender));
        }
        peer.ifPresent(it -> report.peers(it.versions()));
        if (peer.isPresent()) {
            compare(all.ours(), peer.get());
        }
        try (Progress progress = context.progress("rounds", rounds())) {
            for (int round = 0; round < rounds(); round++) {
                for (Contender contender : contenders) {
                    measure(contender);
                }
                progress.step(1);
            }
        }
        reportSearch(all);
        reportMost();
        reportCosts(all);
        reportWaits(contenders, peer);
        new OverloadStudy(all.ours(), stage.shape(), report)
                .run(tally(all.ours()).pagesPerSecond(), seconds());
        if (stage.ray().isPresent()) {
            new RecoveryStudy(all, stage.ray().get(), report)
                    .run(tally(all.ours()).pagesPerSecond() / 2);
        }
        return report;
    }

    private int rounds() {
        return context.quick() ? 2 : 5;
    }

    private double seconds() {
        return context.quick() ? 3 : 10;
    }

    private Tally tally(Contender contender) {
        return tallies.getOrDefault(contender, new Tally());
    }

    /// Compiles and fills caches, and finds how many callers at once get the most.
    private Tally warmedUp(Contender contender) throws IOException, InterruptedException {
        Tally tally = new Tally();
        contender.closed(CALLERS[2], 2 * seconds());
        double most = 0;
        for (int callers : CALLERS) {
            double pages = contender.closed(callers, seconds() / 2).pagesPerSecond();
            if (pages > most) {
                most = pages;
                tally.callers = callers;
            }
        }
        tally.generatorMicros = contender.generatorMicros();
        return tally;
    }

    private void measure(Contender contender) throws IOException, InterruptedException {
        Tally tally = tally(contender);
        Map<String, Double> before = contender.processorSeconds();
        LoadFigures load = contender.closed(tally.callers, seconds());
        contender
                .processorSeconds()
                .forEach(
                        (role, spent) ->
                                tally.processor.merge(
                                        role, spent - before.getOrDefault(role, 0.0), Double::sum));
        tally.pages += load.whole();
        tally.seconds += load.seconds();
        tally.slowestMillis = Math.max(tally.slowestMillis, load.p99Millis());
        if (load.whole() == 0 || load.failed() > 0) {
            throw new IOException(contender.name() + " fails under load: " + load);
        }
    }

    /// Both search approximately, so a few places may differ; the value of an item on both pages may not.
    private void compare(Contender ours, Contender peer) throws IOException {
        long[] users =
                new SplittableRandom(5).longs(COMPARED_USERS, 1, FeedWorld.USERS + 1L).toArray();
        List<List<Contender.Place>> one = ours.pages(users);
        List<List<Contender.Place>> other = peer.pages(users);
        long places = 0;
        long same = 0;
        double difference = 0;
        for (int i = 0; i < users.length; i++) {
            Map<Long, Double> values = new LinkedHashMap<>();
            other.get(i).forEach(place -> values.put(place.item(), place.value()));
            Set<Long> shared = new HashSet<>();
            for (Contender.Place place : one.get(i)) {
                Double value = values.get(place.item());
                if (value != null) {
                    shared.add(place.item());
                    difference = Math.max(difference, Math.abs(value - place.value()));
                }
            }
            places += Math.max(one.get(i).size(), other.get(i).size());
            same += shared.size();
        }
        report.check(
                        Check.atLeast(
                                "places that both pages share",
                                (double) same / places,
                                "",
                                SAME_PLACES_MIN))
                .check(
                        Check.atMost(
                                "largest difference in an item's value",
                                same == 0 ? Double.NaN : difference,
                                "",
                                VALUE_DIFFERENCE_MAX));
    }

    private void reportSearch(FeedStage.Contenders all) {
        report.figure("candidates", stage.shape().candidates())
                .figure("recall of the candidates", all.recall());
        all.peer()
                .ifPresent(
                        peer ->
                                report.figure("peer's recall of the candidates", peer.recall())
                                        .figure("peer's ranking engine", peer.engine()));
    }

    private void reportMost() {
        int cores = Runtime.getRuntime().availableProcessors();
        Table table =
                Table.of(
                        "closed loop, at most",
                        "callers",
                        "pages/s",
                        "generator us/page",
                        "pages/s without it",
                        "p99 ms");
        List<Map<String, Object>> figures = new ArrayList<>();
        tallies.forEach(
                (contender, tally) -> {
                    table.row(
                            contender.name(),
                            tally.callers,
                            tally.pagesPerSecond(),
                            tally.generatorMicros,
                            tally.pagesPerSecondAlone(cores),
                            tally.slowestMillis);
                    figures.add(
                            Map.of(
                                    "name", contender.name(),
                                    "pages per second", tally.pagesPerSecond(),
                                    "generator micros", tally.generatorMicros));
                });
        report.table("pages of " + stage.shape().page(), table).figure("closed loop", figures);
        ratio(tally -> tally.pagesPerSecondAlone(cores))
                .ifPresent(
                        times ->
                                report.check(
                                        Check.atLeast(
                                                "pages/s against the peer", times, "x", goal())));
    }

    private static double goal() {
        return MachineFacts.here().simdBits() >= WIDE_BITS ? 2 : 1.5;
    }

    /// Ours over the peer's.
    private Optional<Double> ratio(ToDoubleFunction<Tally> figure) {
        List<Tally> both = List.copyOf(tallies.values());
        return both.size() < 2
                ? Optional.empty()
                : Optional.of(
                        figure.applyAsDouble(both.getFirst())
                                / figure.applyAsDouble(both.getLast()));
    }

    private void reportCosts(FeedStage.Contenders all) throws IOException {
        Map<String, Double> outside = new LinkedHashMap<>();
        for (Map.Entry<Contender, Tally> entry : tallies.entrySet()) {
            Contender contender = entry.getKey();
            Tally tally = entry.getValue();
            double scoring = contender.scoringMicrosPerPage();
            Table table = Table.of("stage", "CPU us/page", "bound by");
            for (Map.Entry<String, Double> role : tally.processor.entrySet()) {
                double micros = role.getValue() * 1e6 / tally.pages;
                boolean ranks = role.getKey().startsWith("rank");
                table.row(
                        ranks ? "ranking, outside scoring" : role.getKey(),
                        ranks ? Math.max(0, micros - scoring) : micros,
                        StageLimits.of(role.getKey()));
            }
            table.row("scoring", scoring, StageLimits.scoring(contender, all.scoring()));
            table.row("all of it, generator apart", tally.microsPerPage(), "");
            outside.put(contender.name(), tally.microsPerPage() - scoring);
            report.table("what a page costs, " + contender.name(), table)
                    .figure("CPU micros per page, " + contender.name(), tally.microsPerPage())
                    .figure("scoring micros per page, " + contender.name(), scoring);
        }
        if (outside.size() == 2) {
            List<Double> both = List.copyOf(outside.values());
            report.check(
                    Check.atMost(
                            "CPU outside scoring against the peer's",
                            both.getFirst() / both.getLast(),
                            "",
                            OUTSIDE_SHARE_MAX));
        }
    }

    /// At half of what the peer can do at most, or of what we can without one.
    private void reportWaits(List<Contender> contenders, Optional<PeerFeed> peer)
            throws IOException, InterruptedException {
        double rate = tally(contenders.getLast()).pagesPerSecond() / 2;
        Table table = Table.of("open loop", "requests/s", "whole pages", "p50 ms", "p99 ms");
        List<Double> waits = new ArrayList<>();
        for (Contender contender : contenders) {
            LoadFigures load = contender.open(rate, 2 * seconds());
            table.row(contender.name(), rate, load.whole(), load.p50Millis(), load.p99Millis());
            waits.add(load.p99Millis());
            report.figure("p99 millis at half load, " + contender.name(), load.p99Millis());
        }
        report.table("waits at half the load of the slower", table);
        if (peer.isPresent()) {
            report.check(
                    Check.atMost(
                            "p99 against the peer's at half its most",
                            waits.getFirst() / waits.getLast(),
                            "",
                            WAIT_SHARE_MAX));
        }
    }
}
