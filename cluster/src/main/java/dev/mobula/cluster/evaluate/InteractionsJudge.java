package dev.mobula.cluster.evaluate;

import dev.mobula.cluster.report.Report;
import dev.mobula.cluster.report.Table;
import dev.mobula.retrieval.collaborative.ClosedFormAutoencoder;
import dev.mobula.training.TrainingException;
import dev.mobula.training.data.InteractionLayout;
import dev.mobula.training.data.Interactions;
import dev.mobula.training.data.Rejects;
import dev.mobula.training.data.Split;
import dev.mobula.training.evaluate.InteractionEvaluation;
import dev.mobula.training.evaluate.LinkEvaluation;
import dev.mobula.training.evaluate.LinkRow;
import dev.mobula.training.evaluate.ModelName;
import dev.mobula.training.evaluate.Progress;
import dev.mobula.training.evaluate.RankingRow;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/// Reads the data that the options name, judges their models on it, and reports.
final class InteractionsJudge {
    private static final long LINK_SEED = 1;
    private static final int SHARDS_MAX = 64;

    private final InteractionsEvaluation options;

    InteractionsJudge(InteractionsEvaluation options) {
        this.options = options;
    }

    /// What was read and how it is judged.
    private record Job(
            Protocol protocol, List<Split> splits, int k, Rejects rejects, double secondsToRead) {}

    Report run(boolean watched) {
        if (options.shards() < 0 || options.shards() > SHARDS_MAX) {
            throw TrainingException.invalid(
                    "--shards", options.shards(), "must be 0.." + SHARDS_MAX);
        }
        if (options.threads() < 1) {
            throw TrainingException.invalid("--threads", options.threads(), "must be at least 1");
        }
        long start = System.nanoTime();
        InteractionLayout layout = InteractionLayout.of(options.data(), options.test());
        Protocol chosen = options.protocol().orElseGet(() -> Splits.usual(layout));
        Splits.check(chosen, layout);
        List<ModelName> named = options.models().map(ModelName::parse).orElse(List.of());
        Rejects rejects = new Rejects(options.rejectsMax());
        Interactions read = layout.read(rejects);
        List<Split> splits = Splits.of(chosen, read, options.seeds());
        double seconds = (System.nanoTime() - start) / 1e9;
        Job job = new Job(chosen, splits, options.k(chosen), rejects, seconds);
        List<ModelName> wanted = named.isEmpty() ? usual(chosen, splits.getFirst()) : named;
        try (ExecutorService executor =
                        Executors.newFixedThreadPool(
                                options.threads(),
                                Thread.ofPlatform().name("evaluate-", 0).factory());
                ShownProgress shown = new ShownProgress()) {
            Progress progress = watched ? shown : Progress.NONE;
            List<EvaluatedRow> rows = new ArrayList<>();
            for (ModelName model : wanted) {
                rows.add(judge(model, job, executor, progress));
            }
            return report(job, rows);
        }
    }

    /// The models of a run that names none: those that fit the data.
    private static List<ModelName> usual(Protocol protocol, Split split) {
        if (protocol == Protocol.LINKS) {
            return ModelName.parse("degree,adamic-adar,covisitation,graph-filter");
        }
        boolean small = split.train().items() <= ClosedFormAutoencoder.ITEMS_MAX;
        return ModelName.parse(
                "popular,covisitation,graph-filter" + (small ? ",ease,als" : ",spectral=496"));
    }

    private EvaluatedRow judge(
            ModelName model, Job job, ExecutorService executor, Progress progress) {
        InteractionEvaluation evaluation =
                new InteractionEvaluation(executor, options.threads(), System::nanoTime, progress);
        if (job.protocol() == Protocol.LINKS) {
            LinkRow row =
                    new LinkEvaluation(evaluation, executor, options.threads(), LINK_SEED)
                            .run(model, job.splits().getFirst(), job.k());
            return EvaluatedRow.of(List.of(row.ranking()), Optional.of(row));
        }
        List<RankingRow> rows =
                job.splits().stream()
                        .map(
                                split ->
                                        model.isEmbedding() && options.shards() > 0
                                                ? served(evaluation, model, split, job.k())
                                                : evaluation.run(model, split, job.k()))
                        .toList();
        return EvaluatedRow.of(rows, Optional.empty());
    }

    private RankingRow served(
            InteractionEvaluation evaluation, ModelName model, Split split, int k) {
        try (ScratchFolder folder = ScratchFolder.create("mobula-evaluate-")) {
            return evaluation.runServed(model, split, k, folder.path(), options.shards());
        }
    }

    private Report report(Job job, List<EvaluatedRow> rows) {
        Split split = job.splits().getFirst();
        Published known = Published.of(job.protocol(), split);
        Map<String, Object> about = new LinkedHashMap<>();
        about.put("path", options.data().toString());
        about.put("protocol", job.protocol().name().toLowerCase(Locale.ROOT));
        about.put("users", split.train().users());
        about.put("items", split.train().items());
        about.put("train", split.train().size());
        about.put("test", split.test().size());
        about.put("splits", job.splits().size());
        about.put("rejected_lines", job.rejects().count());
        about.put("read_seconds", job.secondsToRead());
        Report report = new Report("interactions");
        report.table("data", about(about));
        if (job.rejects().count() > 0) {
            Table bad = Table.of("line set aside");
            job.rejects().shown().forEach(bad::row);
            report.table("of " + job.rejects().count() + " bad lines the first", bad);
        }
        report.table(job.splits().size() > 1 ? "means" : "models", table(job.k(), rows));
        if (!known.references().isEmpty()) {
            report.table("the same split elsewhere", known.references());
        }
        report.figure("data", about).figure("k", job.k());
        report.figure("models", rows.stream().map(EvaluatedRow::figures).toList());
        Map<String, EvaluatedRow> byModel = new LinkedHashMap<>();
        rows.forEach(row -> byModel.put(row.model(), row));
        known.checks(byModel, job.k(), job.secondsToRead()).forEach(report::check);
        return report;
    }

    private static Table about(Map<String, Object> about) {
        Table table = Table.of(about.keySet().toArray(String[]::new));
        return table.row(about.values().toArray());
    }

    private static Table table(int k, List<EvaluatedRow> rows) {
        List<String> columns =
                new ArrayList<>(
                        List.of(
                                "model",
                                "Recall@" + k,
                                "NDCG@" + k,
                                "MAP@" + k,
                                "P@" + k,
                                "coverage"));
        boolean links = rows.stream().anyMatch(row -> row.links().isPresent());
        if (links) {
            columns.addAll(List.of("AUC random", "AUC degree-matched"));
        }
        columns.addAll(List.of("users", "fit s", "rank s"));
        Table table = Table.of(columns.toArray(String[]::new));
        for (EvaluatedRow row : rows) {
            List<Object> cells = new ArrayList<>();
            cells.add(row.model());
            cells.add(four(row.recall()));
            cells.add(four(row.ndcg()));
            cells.add(four(row.map()));
            cells.add(four(row.precision()));
            cells.add(four(row.coverage()));
            row.links().ifPresent(link -> cells.add(four(link.aucRandom())));
            row.links().ifPresent(link -> cells.add(four(link.aucDegreeMatched())));
            cells.addAll(List.of(row.users(), row.fitSeconds(), row.rankSeconds()));
            table.row(cells.toArray());
        }
        return table;
    }

    /// Four decimals, as published tables have them.
    private static String four(double value) {
        return String.format(Locale.ROOT, "%.4f", value);
    }
}
