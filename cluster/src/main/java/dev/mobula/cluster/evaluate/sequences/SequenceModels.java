package dev.mobula.cluster.evaluate.sequences;

import com.sun.management.OperatingSystemMXBean;
import dev.mobula.retrieval.collaborative.HistoryModel;
import dev.mobula.retrieval.collaborative.Popularity;
import dev.mobula.training.TrainingException;
import dev.mobula.training.data.Sequences;
import dev.mobula.training.evaluate.Progress;
import dev.mobula.training.evaluate.SequenceEvaluation;
import dev.mobula.training.evaluate.SequenceEvaluation.Held;
import dev.mobula.training.loop.LocalRun;
import dev.mobula.training.loop.LoopSettings;
import dev.mobula.training.loop.RunListener;
import dev.mobula.training.loop.StepReport;
import dev.mobula.training.sequence.Blend;
import dev.mobula.training.sequence.NextItemOptions;
import dev.mobula.training.sequence.NextItemTask;
import dev.mobula.training.sequence.Transitions;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/// Makes the models by name, each once for what is held out.
final class SequenceModels {
    /// What can be named.
    enum Kind {
        /// The most common items first.
        POPULAR,
        /// Counted transitions.
        TRANSITIONS,
        /// The trained causal transformer.
        TRANSFORMER,
        /// The last two, weighed.
        BLEND;

        String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /// A model and what making it took.
    record Fitted(HistoryModel model, double cpuSeconds, String note) {}

    private static final int K_OF_WEIGHT = 10;

    private final Sequences all;
    private final SequenceEvaluation evaluation;
    private final NextItemOptions options;
    private final long seed;
    private final Progress progress;
    private final Map<Held, Map<Kind, Fitted>> made = new EnumMap<>(Held.class);

    SequenceModels(
            Sequences all,
            SequenceEvaluation evaluation,
            int epochs,
            long seed,
            Progress progress) {
        this.all = all;
        this.evaluation = evaluation;
        this.options = NextItemOptions.usual().withEpochs(epochs);
        this.seed = seed;
        this.progress = progress;
    }

    /// The kinds in a list such as `popular,blend`.
    static List<Kind> parse(String names) {
        List<Kind> kinds = new ArrayList<>();
        for (String name : names.split(",", -1)) {
            kinds.add(
                    Arrays.stream(Kind.values())
                            .filter(kind -> kind.text().equals(name.strip()))
                            .findFirst()
                            .orElseThrow(() -> unknown(name)));
        }
        return kinds;
    }

    private static TrainingException unknown(String name) {
        String known =
                Arrays.stream(Kind.values()).map(Kind::text).collect(Collectors.joining(", "));
        return TrainingException.invalid("model", name.strip(), "must be one of " + known);
    }

    /// The model that has learned all before the held event.
    Fitted fit(Kind kind, Held held) {
        Map<Kind, Fitted> ofHeld = made.computeIfAbsent(held, h -> new EnumMap<>(Kind.class));
        Fitted known = ofHeld.get(kind);
        if (known != null) {
            return new Fitted(known.model(), 0, known.note());
        }
        double start = cpuSeconds();
        Fitted model = make(kind, held);
        Fitted timed = new Fitted(model.model(), cpuSeconds() - start, model.note());
        ofHeld.put(kind, timed);
        return timed;
    }

    private Fitted make(Kind kind, Held held) {
        Sequences train = all.withoutLast(held == Held.TEST ? 1 : 2);
        return switch (kind) {
            case POPULAR -> new Fitted(Popularity.of(train.matrix()), 0, "");
            case TRANSITIONS ->
                    new Fitted(Transitions.of(train, Transitions.Options.usual()), 0, "");
            case TRANSFORMER -> new Fitted(trained(train), 0, options.epochs() + " epochs");
            case BLEND -> blended(held);
        };
    }

    private HistoryModel trained(Sequences train) {
        NextItemTask task = new NextItemTask(train, options, seed);
        LoopSettings settings = task.settings(seed);
        RunListener shown =
                new RunListener() {
                    @Override
                    public void onStep(StepReport report) {
                        progress.step("transformer fit", report.step(), settings.steps());
                    }
                };
        return LocalRun.of(task, settings, shown, System::nanoTime, task::model);
    }

    /// The weight is the one that is best on the last but one event, of models that have not learned it.
    private Fitted blended(Held held) {
        HistoryModel counted = fit(Kind.TRANSITIONS, Held.VALIDATION).model();
        HistoryModel learned = fit(Kind.TRANSFORMER, Held.VALIDATION).model();
        double weight =
                Blend.bestWeight(
                        tried ->
                                evaluation
                                        .run(
                                                "blend",
                                                new Blend(counted, learned, tried),
                                                0,
                                                Held.VALIDATION,
                                                K_OF_WEIGHT)
                                        .ndcg());
        HistoryModel first = fit(Kind.TRANSITIONS, held).model();
        HistoryModel second = fit(Kind.TRANSFORMER, held).model();
        return new Fitted(new Blend(first, second, weight), 0, "weight of learned " + weight);
    }

    private static double cpuSeconds() {
        OperatingSystemMXBean process =
                (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        return process.getProcessCpuTime() / 1e9;
    }
}
