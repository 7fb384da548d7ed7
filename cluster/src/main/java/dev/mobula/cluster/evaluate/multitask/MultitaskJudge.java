package dev.mobula.cluster.evaluate.multitask;

import com.sun.management.OperatingSystemMXBean;
import dev.mobula.cluster.evaluate.ShownProgress;
import dev.mobula.cluster.evaluate.multitask.CensusData.Part;
import dev.mobula.cluster.report.Check;
import dev.mobula.cluster.report.Report;
import dev.mobula.cluster.report.Table;
import dev.mobula.training.TrainingException;
import dev.mobula.training.data.Rejects;
import dev.mobula.training.evaluate.Progress;
import dev.mobula.training.loop.LocalRun;
import dev.mobula.training.loop.LoopSettings;
import dev.mobula.training.loop.RunListener;
import dev.mobula.training.loop.StepReport;
import dev.mobula.training.ranker.RankerExamples;
import dev.mobula.training.ranker.RankerOptions;
import dev.mobula.training.ranker.RankerScores;
import dev.mobula.training.ranker.RankerTask;
import dev.mobula.training.ranker.TabularFeatures;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// Trains rankers of both tasks and of each alone, scores held-out people as serving does, and reports.
public final class MultitaskJudge {
    private static final int SEEDS_MAX = 50;
    private static final int PEOPLE = 99_762;
    private static final double INCOME_AUC_MIN = .945;
    private static final double MARITAL_AUC_MIN = .994;
    private static final double LOSS_MAX = .001;
    private static final double CPU_SECONDS_MAX = 600;

    private final Path data;
    private final int seeds;
    private final long rejectsMax;

    public MultitaskJudge(Path data, int seeds, long rejectsMax) {
        if (seeds < 1 || seeds > SEEDS_MAX) {
            throw TrainingException.invalid("--seeds", seeds, "must be 1.." + SEEDS_MAX);
        }
        this.data = data;
        this.seeds = seeds;
        this.rejectsMax = rejectsMax;
    }

    /// A model of some tasks, the mean of its members' probabilities: AUC by task, not a number for a task it has not.
    ///
    /// @param member mean AUC of its members, each alone
    @SuppressWarnings("ArrayRecordComponent")
    private record Judged(
            String model, double[] validation, double[] test, double[] member, double cpuSeconds) {}

    public Report run(boolean watched) {
        Rejects rejects = new Rejects(rejectsMax);
        CensusData census = CensusData.read(data, rejects);
        TabularFeatures features = census.features();
        try (ShownProgress shown = new ShownProgress()) {
            Progress progress = watched ? shown : Progress.NONE;
            List<Judged> judged = new ArrayList<>();
            judged.add(judge("both tasks", census, features, List.of(0, 1), progress));
            for (int task = 0; task < CensusData.TASKS.size(); task++) {
                String alone = CensusData.TASKS.get(task) + " alone";
                judged.add(judge(alone, census, features, List.of(task), progress));
            }
            return report(census, rejects, judged);
        }
    }

    private Judged judge(
            String model,
            CensusData census,
            TabularFeatures features,
            List<Integer> tasks,
            Progress progress) {
        double start = cpuSeconds();
        RankerExamples examples = examples(census, features, tasks);
        HeldOut validation = HeldOut.of(census, features, Part.VALIDATION, tasks);
        HeldOut test = HeldOut.of(census, features, Part.TEST, tasks);
        for (int seed = 1; seed <= seeds; seed++) {
            String phase = model + ", " + seed + " of " + seeds;
            RankerScores scores = train(examples, seed, phase, progress);
            validation.add(scores);
            test.add(scores);
        }
        return new Judged(
                model, validation.auc(), test.auc(), test.aucOfMember(seeds), cpuSeconds() - start);
    }

    private static RankerExamples examples(
            CensusData census, TabularFeatures features, List<Integer> tasks) {
        List<String> heads = tasks.stream().map(CensusData.TASKS::get).toList();
        RankerExamples examples = new RankerExamples(features.layout(), heads);
        for (int line : census.lines(Part.TRAIN)) {
            float[] all = census.labels(line);
            float[] labels = new float[tasks.size()];
            for (int head = 0; head < labels.length; head++) {
                labels[head] = all[tasks.get(head)];
            }
            examples.add(features.vector(line, census.rows().get(line)), labels);
        }
        return examples;
    }

    private static RankerScores train(
            RankerExamples examples, long seed, String phase, Progress progress) {
        RankerTask task = new RankerTask(examples, RankerOptions.usual());
        LoopSettings settings = task.settings(seed);
        RunListener shown =
                new RunListener() {
                    @Override
                    public void onStep(StepReport report) {
                        progress.step(phase, report.step(), settings.steps());
                    }
                };
        return LocalRun.of(
                task,
                settings,
                shown,
                System::nanoTime,
                view -> RankerScores.of(task.model(view, "census-" + seed)));
    }

    private Report report(CensusData census, Rejects rejects, List<Judged> judged) {
        Map<String, Object> about = new LinkedHashMap<>();
        about.put("path", data.toString());
        about.put("people", census.rows().size());
        about.put("train", census.lines(Part.TRAIN).length);
        about.put("validation", census.lines(Part.VALIDATION).length);
        about.put("test", census.lines(Part.TEST).length);
        about.put("rejected_lines", rejects.count());
        Report report = new Report("multitask");
        Table facts = Table.of(about.keySet().toArray(String[]::new));
        report.table("data", facts.row(about.values().toArray()));
        report.table("AUC, each the average of " + seeds + " models", table(judged));
        report.table(
                "the same split elsewhere",
                Table.of("reference", "AUC income", "AUC never married")
                        .row("logistic regression", ".9426", ".9935"));
        report.figure("data", about).figure("seeds", seeds);
        report.figure("models", judged.stream().map(MultitaskJudge::figures).toList());
        if (census.rows().size() == PEOPLE) {
            checks(judged).forEach(report::check);
        }
        return report;
    }

    private static Table table(List<Judged> judged) {
        Table table =
                Table.of(
                        "model",
                        "income",
                        "never married",
                        "validation income",
                        "never married",
                        "one of them alone, income",
                        "never married",
                        "CPU s");
        for (Judged one : judged) {
            table.row(
                    one.model(),
                    four(one.test()[0]),
                    four(one.test()[1]),
                    four(one.validation()[0]),
                    four(one.validation()[1]),
                    four(one.member()[0]),
                    four(one.member()[1]),
                    one.cpuSeconds());
        }
        return table;
    }

    private static Map<String, Object> figures(Judged one) {
        Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("model", one.model());
        for (int task = 0; task < CensusData.TASKS.size(); task++) {
            if (!Double.isNaN(one.test()[task])) {
                figures.put("auc_" + CensusData.TASKS.get(task), one.test()[task]);
                figures.put("validation_auc_" + CensusData.TASKS.get(task), one.validation()[task]);
                figures.put("one_auc_" + CensusData.TASKS.get(task), one.member()[task]);
            }
        }
        figures.put("cpu_seconds", one.cpuSeconds());
        return figures;
    }

    private static List<Check> checks(List<Judged> judged) {
        double[] both = judged.getFirst().test();
        double income = judged.get(1).test()[0];
        double marital = judged.get(2).test()[1];
        double cpuSeconds = judged.stream().mapToDouble(Judged::cpuSeconds).sum();
        return List.of(
                Check.atLeast("AUC income", both[0], "", INCOME_AUC_MIN),
                Check.atLeast("AUC never married", both[1], "", MARITAL_AUC_MIN),
                Check.atMost("income alone, better by", income - both[0], "", LOSS_MAX),
                Check.atMost("never married alone, better by", marital - both[1], "", LOSS_MAX),
                Check.atMost("making the models", cpuSeconds, "CPU s", CPU_SECONDS_MAX));
    }

    private static double cpuSeconds() {
        OperatingSystemMXBean process =
                (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        return process.getProcessCpuTime() / 1e9;
    }

    private static String four(double value) {
        return Double.isNaN(value) ? "" : String.format(Locale.ROOT, "%.4f", value);
    }
}
