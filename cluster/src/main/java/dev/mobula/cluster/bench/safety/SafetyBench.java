package dev.mobula.cluster.bench.safety;

import dev.mobula.cluster.bench.Bench;
import dev.mobula.cluster.bench.BenchContext;
import dev.mobula.cluster.bench.Progress;
import dev.mobula.cluster.bench.campaign.CampaignStudy;
import dev.mobula.cluster.report.Check;
import dev.mobula.cluster.report.Report;
import dev.mobula.cluster.report.Table;
import dev.mobula.ranking.calibration.Observations;
import dev.mobula.ranking.safety.NgramModel;
import dev.mobula.ranking.safety.Ngrams;
import dev.mobula.ranking.safety.StackedModel;
import dev.mobula.ranking.safety.TextModel;
import dev.mobula.ranking.safety.rules.EventSchema;
import dev.mobula.ranking.safety.rules.Facts;
import dev.mobula.ranking.safety.rules.RuleEvent;
import dev.mobula.ranking.safety.rules.RuleSet;
import dev.mobula.ranking.safety.rules.WindowCounters;
import dev.mobula.retrieval.canonical.Canonicaliser;
import dev.mobula.training.data.Rejects;
import dev.mobula.training.metrics.Auc;
import dev.mobula.training.safety.LabelledTexts;
import dev.mobula.training.safety.NgramSettings;
import dev.mobula.training.safety.NgramTraining;
import dev.mobula.training.safety.StackTraining;
import dev.mobula.training.safety.TextTargets;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// What judging a text and evaluating a rule cost, in processor time of one thread, beside scikit-learn.
public final class SafetyBench implements Bench {
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
    private static final double SINGLE_TIMES_MIN = 20;
    private static final double BATCH_TIMES_MIN = 3;
    private static final double RULES_PER_SECOND_MIN = 1_000_000;
    private static final int PARTS = 5;

    @Option(
            names = "--texts",
            paramLabel = "FILE",
            description =
                    "Learn and score the columns text and label of this file instead of made posts.")
    private @Nullable Path texts;

    @Option(
            names = "--graph",
            paramLabel = "FILE",
            description =
                    "Inject accounts that act together into the edges of this file, columns from and to, instead of a made"
                            + " graph.")
    private @Nullable Path graph;

    @Override
    public String name() {
        return "safety";
    }

    @Override
    public String summary() {
        return "scans of text a second, by length and beside scikit-learn; rules a second";
    }

    @Override
    public Report run(BenchContext context) throws IOException, InterruptedException {
        Report report = new Report("safety");
        int rounds = context.quick() ? 3 : 9;
        LabelledTexts all =
                texts == null
                        ? BenchTexts.posts(context.quick() ? 4_000 : 12_000, 5)
                        : LabelledTexts.read(texts, "text", "label", new Rejects(0));
        LabelledTexts train = part(all, false);
        LabelledTexts test = part(all, true);
        if (context.soak().isPresent()) {
            return soak(report, context, train, context.soak().get());
        }
        try (Progress progress = context.progress("safety", 7)) {
            NgramTraining training =
                    new NgramTraining(
                            NgramSettings.usual(), dev.mobula.training.evaluate.Progress.NONE);
            TextModel model = training.fit("bench", train);
            progress.step(1);
            double auc = auc(training.observe(model, test).values().iterator().next());
            double seconds = lengths(report, model, test, rounds);
            progress.step(1);
            if (!context.peers().isEmpty()) {
                peer(report, context, train, test, model, auc, rounds);
            }
            progress.step(1);
            rules(report, rounds);
            progress.step(1);
            CounterLoad.run(report, context.prepared(), context.quick() ? 40 : 200);
            progress.step(1);
            StackedModel stack = stack(train);
            lengths(report, stack, test, rounds);
            new GuardLoad(stack).run(report, context.quick() ? 5 : 60);
            progress.step(1);
            new CampaignStudy(context.quick(), Optional.ofNullable(graph)).addTo(report);
            progress.step(1);
            report.figure("auc", auc).figure("seconds_a_text", seconds);
        }
        return report;
    }

    private static StackedModel stack(LabelledTexts train) {
        int[] alone = IntStream.range(0, train.size()).toArray();
        return new StackTraining(NgramSettings.usual(), dev.mobula.training.evaluate.Progress.NONE)
                .fit("bench", TextTargets.of(train), alone);
    }

    private static Report soak(
            Report report, BenchContext context, LabelledTexts train, Duration length)
            throws IOException {
        try (Progress progress = context.progress("safety soak", length.toSeconds())) {
            new GuardLoad(stack(train)).soak(report, length, progress);
        }
        return report;
    }

    private static LabelledTexts part(LabelledTexts all, boolean test) {
        return all.subset(
                IntStream.range(0, all.size()).filter(i -> (i % PARTS == 0) == test).toArray());
    }

    private static double auc(Observations seen) {
        double[] up = of(seen, true);
        double[] down = of(seen, false);
        return Auc.of(up, down);
    }

    private static double[] of(Observations seen, boolean positive) {
        return IntStream.range(0, seen.size())
                .filter(i -> (seen.labels()[i] > .5) == positive)
                .mapToDouble(i -> seen.scores()[i])
                .toArray();
    }

    /// Seconds of processor time a text, canonicaliser included, best of the rounds.
    private static double seconds(TextModel model, List<String> some, int rounds) {
        Ngrams scratch = model.scratch();
        double best = Double.POSITIVE_INFINITY;
        double kept = 0;
        for (int round = 0; round < rounds; round++) {
            long start = THREADS.getCurrentThreadCpuTime();
            for (String text : some) {
                kept += model.score(Canonicaliser.read(text), scratch)[0];
            }
            long taken = THREADS.getCurrentThreadCpuTime() - start;
            best = Math.min(best, taken / 1e9 / some.size());
        }
        if (Double.isNaN(kept)) {
            throw new IllegalStateException("a score is no number");
        }
        return best;
    }

    private static double lengths(Report report, TextModel model, LabelledTexts test, int rounds) {
        double posts = seconds(model, test.texts(), rounds);
        Table table = Table.of("characters", "scans/s a core", "us a scan", "MB/s");
        table.row("posts", 1 / posts, posts * 1e6, "-");
        for (int chars : new int[] {64, 512, 4_096, 32_768}) {
            String long32k = BenchTexts.long32k(chars * 4);
            List<String> some = new ArrayList<>();
            int count = Math.max(8, 400_000 / chars);
            for (int i = 0; i < count; i++) {
                int from = i * 37 % (long32k.length() - chars + 1);
                some.add(long32k.substring(from, from + chars));
            }
            double one = seconds(model, some, rounds);
            table.row(chars, 1 / one, one * 1e6, chars / one / 1e6);
            if (chars == 512 && model instanceof NgramModel) {
                report.check(Check.atMost("a scan of 512 characters", one * 1e3, "ms", 1));
            }
        }
        String what = model instanceof NgramModel ? "n-gram model" : "all models together";
        report.table(what + " with canonicaliser, one thread, processor time", table);
        return posts;
    }

    private static void peer(
            Report report,
            BenchContext context,
            LabelledTexts train,
            LabelledTexts test,
            TextModel model,
            double auc,
            int rounds)
            throws IOException, InterruptedException {
        Path folder = context.prepared().resolve("safety");
        double[] single = new double[rounds];
        double[] batch = new double[rounds];
        try (SklearnPeer peer = SklearnPeer.open(context.prepared(), folder, train, test)) {
            for (int round = 0; round < rounds; round++) {
                double theirs = peer.seconds(false);
                double ours = seconds(model, test.texts(), 1);
                single[round] = theirs / ours;
                batch[round] = peer.seconds(true) / seconds(model, test.texts(), 1);
            }
            Arrays.sort(single);
            Arrays.sort(batch);
            report.table(
                    "scikit-learn " + peer.version() + ", rounds interleaved",
                    Table.of("", "AUC", "single: times as fast", "batch: times as fast")
                            .row("scikit-learn", peer.auc(), 1, 1)
                            .row("mobula", auc, single[rounds / 2], batch[rounds / 2]));
            report.peers(Map.of("scikit-learn", peer.version()));
            report.figure("peer_auc", peer.auc());
            report.check(Check.atLeast("single texts", single[rounds / 2], "x", SINGLE_TIMES_MIN));
            report.check(Check.atLeast("batches", batch[rounds / 2], "x", BATCH_TIMES_MIN));
            report.check(Check.atLeast("AUC beside the peer", auc - peer.auc(), "AUC", 0));
        }
    }

    private static void rules(Report report, int rounds) {
        StringBuilder source = new StringBuilder();
        for (int i = 0; i < 100; i++) {
            String counter = "count(event.author, " + (10 + i) + "s) > 50 and ";
            source.append("rule r").append(i).append(" { when ");
            source.append(i < 30 ? counter : "");
            source.append("event.score > 0.").append(50 + i % 50);
            source.append(" and event.links >= ").append(i % 4);
            source.append(" then label(\"spam\", 7d), review(\"spam\") }\n");
        }
        RuleSet rules =
                RuleSet.parse(
                        source.toString(),
                        new EventSchema(List.of("score", "links"), List.of("author")));
        WindowCounters counters = new WindowCounters(1_000_000);
        SplittableRandom random = new SplittableRandom(3);
        int events = 20_000;
        double best = 0;
        long[] held = {0};
        long now = 1_000_000;
        for (int round = 0; round < rounds; round++) {
            long start = THREADS.getCurrentThreadCpuTime();
            for (int i = 0; i < events; i++) {
                RuleEvent event =
                        new RuleEvent(
                                now++,
                                new double[] {random.nextDouble(), random.nextInt(6)},
                                new String[] {"a" + random.nextInt(5_000)});
                rules.evaluate(event, Facts.NONE, counters, (rule, effects, stopped) -> held[0]++);
            }
            double seconds = (THREADS.getCurrentThreadCpuTime() - start) / 1e9;
            best = Math.max(best, events * 100 / seconds);
        }
        report.table(
                "100 rules, 30 with counters, scores given",
                Table.of("evaluations/s a core", "counter updates/s", "held")
                        .row(best, best * 30 / 100, held[0]));
        report.figure("rule_evaluations_per_second", best);
        report.check(
                Check.atLeast("rule evaluations on one core", best, "/s", RULES_PER_SECOND_MIN));
    }
}
