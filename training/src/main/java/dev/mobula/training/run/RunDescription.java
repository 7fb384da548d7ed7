package dev.mobula.training.run;

import dev.mobula.training.durable.DurableFile;
import dev.mobula.training.loop.LoopSettings;
import dev.mobula.training.optimize.DenseSettings;
import dev.mobula.training.optimize.EarlyStop;
import dev.mobula.training.optimize.Schedule;
import dev.mobula.training.program.Engine;
import dev.mobula.training.settings.Settings;
import dev.mobula.training.table.RowOptimizer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// What a run does, read from YAML with every key and value checked and the data opened.
///
/// ```yaml
/// name: home-ranker
/// task: multitask
/// seed: 7
/// batch: 1024
/// steps: 20000                     # or epochs: 3
/// workers: 2                       # threads that share each batch; 1 unless told
/// engine: fastest                  # or vector, or script for libtorch
/// data: {train: /data/home, window: 65536}
/// split: {validation: 0.1, test: 0.1}
/// model: {hidden: [128, 64], labels: [{head: click, kind: click}]}
/// optimizer: {rate: 0.001, table-rate: 0.05, clip: 1, decay: 0}
/// schedule: {decay: cosine, warm-up: 500}
/// checkpoint: {every: 500, keep: 2}
/// evaluation: {every: 1000}
/// early-stop: {metric: auc.click, patience: 3}
/// bundle: {name: home, store: /models}
/// ```
public record RunDescription(
        String text,
        Path base,
        Common common,
        LoopSettings loop,
        RecipeTask task,
        Optional<Output> output) {
    private static final int STEPS_MAX = 1_000_000_000;
    private static final int WORKERS_MAX = 64;

    /// What all recipes share.
    ///
    /// @param workers that share each batch, on threads of one process
    /// @param engine what computes the steps
    /// @param rows how embedding rows learn
    public record Common(
            String name,
            String recipe,
            long seed,
            int workers,
            int batchRows,
            int epochs,
            Engine engine,
            RowOptimizer rows,
            int checkpointsKept) {}

    /// Where the bundle goes.
    public record Output(String name, Path store, long bytesMax) {}

    /// Reads and checks a description; everything that can be refused before the start is refused here.
    public static RunDescription read(Path file, List<Recipe> recipes) {
        return of(
                Settings.readText(file),
                file.toString(),
                file.toAbsolutePath().resolveSibling(""),
                recipes);
    }

    /// The same of a description's text.
    ///
    /// @param name what refusals call it
    /// @param base what its paths are relative to
    public static RunDescription of(String text, String name, Path base, List<Recipe> recipes) {
        Settings top = Settings.parse(name, text);
        Settings optimizer = top.section("optimizer");
        Optional<Settings> checkpoint = top.findSection("checkpoint");
        Common common = common(top, optimizer, checkpoint);
        Recipe recipe =
                recipes.stream()
                        .filter(one -> one.name().equals(common.recipe()))
                        .findFirst()
                        .orElseThrow(
                                () ->
                                        top.refusal(
                                                "task",
                                                "must be one of "
                                                        + recipes.stream()
                                                                .map(Recipe::name)
                                                                .toList()));
        boolean bySteps = top.has("steps");
        if (bySteps == top.has("epochs")) {
            throw top.refusal("steps", "give either steps or epochs");
        }
        int steps = bySteps ? (int) top.whole("steps", 1, STEPS_MAX) : 0;
        LoopSettings partly = loop(top, optimizer, checkpoint, common, steps);
        Optional<Output> output = top.findSection("bundle").map(it -> output(it, base));
        RecipeTask task = recipe.read(top, common, base);
        top.end();
        LoopSettings loop = of(partly, common, task, top);
        return new RunDescription(text, base, common, loop, task, output);
    }

    private static Common common(Settings top, Settings optimizer, Optional<Settings> checkpoint) {
        double tableRate = optimizer.number("table-rate", 1e-9, 100, 0.05);
        RowOptimizer rows =
                switch (optimizer.text("table", "adagrad")) {
                    case "adagrad" -> RowOptimizer.adagrad(tableRate);
                    case "adam" -> RowOptimizer.adam(tableRate);
                    default -> throw optimizer.refusal("table", "must be one of adagrad, adam");
                };
        int kept = checkpoint.map(it -> (int) it.whole("keep", 1, 100, 2)).orElse(2);
        return new Common(
                top.text("name"),
                top.text("task"),
                top.whole("seed", 0, Long.MAX_VALUE, 1),
                (int) top.whole("workers", 1, WORKERS_MAX, 1),
                (int) top.whole("batch", 1, 1 << 20),
                top.has("epochs") ? (int) top.whole("epochs", 1, 1_000_000) : 0,
                top.choice("engine", Engine.class, Engine.FASTEST),
                rows,
                kept);
    }

    private static LoopSettings loop(
            Settings top,
            Settings optimizer,
            Optional<Settings> checkpoint,
            Common common,
            int steps) {
        DenseSettings dense =
                DenseSettings.adam(optimizer.number("rate", 1e-9, 100))
                        .withDecay(optimizer.number("decay", 0, 1, 0))
                        .clippedAt(optimizer.number("clip", 0, 1e9, 0));
        int checkpoints = checkpoint.map(it -> (int) it.whole("every", 0, STEPS_MAX, 0)).orElse(0);
        int evaluations =
                top.findSection("evaluation")
                        .map(evaluation -> (int) evaluation.whole("every", 1, STEPS_MAX))
                        .orElse(0);
        LoopSettings loop =
                LoopSettings.of(common.seed(), steps, dense.with(schedule(top, steps)))
                        .savingEvery(checkpoints)
                        .evaluatingEvery(evaluations);
        if (!top.has("early-stop")) {
            return loop;
        }
        Settings stop = top.section("early-stop");
        if (evaluations == 0) {
            throw top.refusal("early-stop", "needs evaluation.every");
        }
        return loop.stoppingEarly(
                new EarlyStop(
                        stop.text("metric"),
                        stop.flag("higher-is-better", true),
                        (int) stop.whole("patience", 1, 1_000),
                        stop.number("least", 0, 1e9, 0)));
    }

    private static Schedule schedule(Settings top, int steps) {
        if (!top.has("schedule")) {
            return Schedule.constant();
        }
        Settings schedule = top.section("schedule");
        Schedule.Decay decay =
                schedule.choice("decay", Schedule.Decay.class, Schedule.Decay.CONSTANT);
        int warmUp = (int) schedule.whole("warm-up", 0, STEPS_MAX, 0);
        boolean ends = decay == Schedule.Decay.LINEAR || decay == Schedule.Decay.COSINE;
        int end = (int) schedule.whole("steps", 1, STEPS_MAX, Math.max(1, steps));
        if (ends && steps == 0 && !schedule.has("steps")) {
            throw schedule.refusal("decay", "with epochs, say after how many steps it ends");
        }
        if (ends && end <= warmUp) {
            throw schedule.refusal("warm-up", "must be less than the " + end + " steps");
        }
        return new Schedule(decay, warmUp, end, schedule.number("floor", 0, 1, 0));
    }

    private static Output output(Settings bundle, Path base) {
        return new Output(
                bundle.text("name"),
                base.resolve(bundle.text("store")),
                bundle.whole("quota-bytes", 1, Long.MAX_VALUE, 64L << 30));
    }

    /// The described loop for this task: its own rates, and the steps that the epochs make.
    private static LoopSettings of(
            LoopSettings described, Common common, RecipeTask task, Settings top) {
        long steps =
                described.steps() > 0 ? described.steps() : task.stepsPerEpoch() * common.epochs();
        if (steps < 1 || steps > STEPS_MAX) {
            throw top.refusal("epochs", "make " + steps + " steps, must be 1 to " + STEPS_MAX);
        }
        return new LoopSettings(
                described.seed(),
                (int) steps,
                described.evaluationSteps(),
                described.checkpointSteps(),
                task.rates(described.dense()),
                described.earlyStop(),
                described.prefetching());
    }

    /// SHA-256 of the description's text.
    public String sha256() {
        return DurableFile.sha256(text.getBytes(StandardCharsets.UTF_8));
    }
}
