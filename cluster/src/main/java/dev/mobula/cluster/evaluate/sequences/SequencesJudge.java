package dev.mobula.cluster.evaluate.sequences;

import dev.mobula.cluster.evaluate.ShownProgress;
import dev.mobula.cluster.report.Report;
import dev.mobula.cluster.report.Table;
import dev.mobula.training.TrainingException;
import dev.mobula.training.data.Rejects;
import dev.mobula.training.data.SequenceFiles;
import dev.mobula.training.data.Sequences;
import dev.mobula.training.evaluate.Progress;
import dev.mobula.training.evaluate.RankingRow;
import dev.mobula.training.evaluate.SequenceEvaluation;
import dev.mobula.training.evaluate.SequenceEvaluation.Held;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/// Reads sequences, judges models on them, and reports.
///
/// Every model is made twice: without the last two events of each person, to be judged on the last but one, which also
/// sets the weight of a blend; and without the last, to be judged on that.
public final class SequencesJudge {
    private final Wanted wanted;

    /// What is asked for.
    public record Wanted(
            Path data,
            Optional<Path> candidates,
            String models,
            int k,
            int epochs,
            long seed,
            long rejectsMax,
            int threads) {
        public Wanted {
            if (threads < 1) {
                throw TrainingException.invalid("--threads", threads, "must be at least 1");
            }
            if (k < 1 || k > 1_000) {
                throw TrainingException.invalid("--k", k, "must be 1..1000");
            }
            if (epochs < 1 || epochs > 10_000) {
                throw TrainingException.invalid("--epochs", epochs, "must be 1..10000");
            }
        }
    }

    public SequencesJudge(Wanted wanted) {
        this.wanted = wanted;
    }

    /// A model's rows: on the last but one event, on the last, and on the last without having learned the one before.
    private record Judged(
            SequenceModels.Kind kind,
            RankingRow validation,
            RankingRow test,
            RankingRow testUnlearned,
            double cpuSeconds,
            String note) {}

    public Report run(boolean watched) {
        List<SequenceModels.Kind> kinds = SequenceModels.parse(wanted.models());
        Rejects rejects = new Rejects(wanted.rejectsMax());
        Sequences all = SequenceFiles.read(wanted.data(), rejects);
        int[][] candidates =
                wanted.candidates().isPresent()
                        ? SequenceFiles.readCandidates(wanted.candidates().get(), all, rejects)
                        : new int[all.users()][0];
        try (ExecutorService executor =
                        Executors.newFixedThreadPool(
                                wanted.threads(),
                                Thread.ofPlatform().name("evaluate-", 0).factory());
                ShownProgress shown = new ShownProgress()) {
            Progress progress = watched ? shown : Progress.NONE;
            SequenceEvaluation evaluation =
                    new SequenceEvaluation(
                            all,
                            candidates,
                            executor,
                            wanted.threads(),
                            System::nanoTime,
                            progress);
            SequenceModels models =
                    new SequenceModels(all, evaluation, wanted.epochs(), wanted.seed(), progress);
            List<Judged> judged = new ArrayList<>();
            for (SequenceModels.Kind kind : kinds) {
                judged.add(judge(kind, models, evaluation));
            }
            return report(all, rejects, judged);
        }
    }

    private Judged judge(
            SequenceModels.Kind kind, SequenceModels models, SequenceEvaluation evaluation) {
        SequenceModels.Fitted tuning = models.fit(kind, Held.VALIDATION);
        SequenceModels.Fitted last = models.fit(kind, Held.TEST);
        int k = wanted.k();
        return new Judged(
                kind,
                evaluation.run(kind.text(), tuning.model(), 0, Held.VALIDATION, k),
                evaluation.run(kind.text(), last.model(), last.cpuSeconds(), Held.TEST, k),
                evaluation.run(kind.text(), tuning.model(), 0, Held.TEST, k),
                tuning.cpuSeconds() + last.cpuSeconds(),
                last.note());
    }

    private Report report(Sequences all, Rejects rejects, List<Judged> judged) {
        Map<String, Object> about = new LinkedHashMap<>();
        about.put("path", wanted.data().toString());
        about.put("users", all.users());
        about.put("items", all.items());
        about.put("events", all.size());
        about.put("ranked_among", wanted.candidates().isPresent() ? "candidates" : "all items");
        about.put("rejected_lines", rejects.count());
        Report report = new Report("sequences");
        report.table(
                "data",
                Table.of(about.keySet().toArray(String[]::new)).row(about.values().toArray()));
        if (rejects.count() > 0) {
            Table bad = Table.of("line set aside");
            rejects.shown().forEach(bad::row);
            report.table("of " + rejects.count() + " bad lines the first", bad);
        }
        report.table("the last event of each person", table(judged));
        KnownSequences known =
                wanted.candidates().isPresent() ? KnownSequences.UNKNOWN : KnownSequences.of(all);
        if (!known.references().isEmpty()) {
            report.table("the same split elsewhere", known.references());
        }
        report.figure("data", about).figure("k", wanted.k());
        report.figure("models", judged.stream().map(this::figures).toList());
        if (wanted.k() == 10) {
            Map<SequenceModels.Kind, RankingRow> rows = new LinkedHashMap<>();
            judged.forEach(one -> rows.put(one.kind(), one.test()));
            known.checks(rows).forEach(report::check);
            double cpuSeconds = judged.stream().mapToDouble(Judged::cpuSeconds).sum();
            known.checkOfTime(cpuSeconds).ifPresent(report::check);
        }
        return report;
    }

    private Table table(List<Judged> judged) {
        int k = wanted.k();
        Table table =
                Table.of(
                        "model",
                        "HR@" + k,
                        "NDCG@" + k,
                        "validation HR",
                        "NDCG",
                        "without refit HR",
                        "NDCG",
                        "users",
                        "fit CPU s",
                        "note");
        for (Judged one : judged) {
            table.row(
                    one.kind().text(),
                    four(one.test().recall()),
                    four(one.test().ndcg()),
                    four(one.validation().recall()),
                    four(one.validation().ndcg()),
                    four(one.testUnlearned().recall()),
                    four(one.testUnlearned().ndcg()),
                    one.test().users(),
                    one.cpuSeconds(),
                    one.note());
        }
        return table;
    }

    private Map<String, Object> figures(Judged one) {
        Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("model", one.kind().text());
        figures.put("hit_rate", one.test().recall());
        figures.put("ndcg", one.test().ndcg());
        figures.put("validation_hit_rate", one.validation().recall());
        figures.put("validation_ndcg", one.validation().ndcg());
        figures.put("without_refit_hit_rate", one.testUnlearned().recall());
        figures.put("without_refit_ndcg", one.testUnlearned().ndcg());
        figures.put("users", one.test().users());
        figures.put("fit_cpu_seconds", one.cpuSeconds());
        figures.put("note", one.note());
        return figures;
    }

    /// Four decimals, as published tables have them.
    private static String four(double value) {
        return String.format(Locale.ROOT, "%.4f", value);
    }
}
