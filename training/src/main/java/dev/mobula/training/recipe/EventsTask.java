package dev.mobula.training.recipe;

import dev.mobula.training.TrainingException;
import dev.mobula.training.TrainingException.Code;
import dev.mobula.training.bundle.BundleDraft;
import dev.mobula.training.bundle.Evidence;
import dev.mobula.training.bundle.Role;
import dev.mobula.training.evaluate.Progress;
import dev.mobula.training.evaluate.RankingRow;
import dev.mobula.training.evaluate.SequenceEvaluation;
import dev.mobula.training.evaluate.SequenceEvaluation.Held;
import dev.mobula.training.loop.BatchSource;
import dev.mobula.training.loop.ModelView;
import dev.mobula.training.loop.Share;
import dev.mobula.training.optimize.DenseSettings;
import dev.mobula.training.program.Engine;
import dev.mobula.training.program.Program;
import dev.mobula.training.program.ProgramSpec;
import dev.mobula.training.run.RecipeTask;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/// A model of what people have next as a run trains it: judged by leaving everybody's last events out.
final class EventsTask implements RecipeTask {
    private final String name;
    private final EventData events;
    private final Learner learner;
    private final int k;
    private final int evaluationPeople;

    /// @param k how much of a ranking is judged
    /// @param evaluationPeople most people to judge by while the run goes on; in the end all do
    EventsTask(String name, EventData events, Learner learner, int k, int evaluationPeople) {
        this.name = name;
        this.events = events;
        this.learner = learner;
        this.k = k;
        this.evaluationPeople = evaluationPeople;
    }

    @Override
    public ProgramSpec spec(Share share) {
        return learner.task().spec(share);
    }

    @Override
    public Program open(ProgramSpec spec) {
        return learner.task().open(spec);
    }

    @Override
    public Program open(ProgramSpec spec, Engine engine) {
        return learner.task().open(spec, engine);
    }

    @Override
    public BatchSource batches(Share share, long seed) {
        return learner.task().batches(share, seed);
    }

    @Override
    public DenseSettings rates(DenseSettings described) {
        return learner.rates(described);
    }

    @Override
    public Map<String, String> data() {
        return events.fingerprints();
    }

    @Override
    public void requireUnchanged() {
        events.requireUnchanged();
    }

    @Override
    public long stepsPerEpoch() {
        return learner.stepsPerEpoch();
    }

    @Override
    public Map<String, Double> evaluate(ModelView view) {
        return metrics(view, Held.VALIDATION, evaluationPeople);
    }

    @Override
    public Evidence judge(ModelView view) {
        return Evidence.NONE.withMetrics(metrics(view, Held.TEST, Integer.MAX_VALUE));
    }

    private Map<String, Double> metrics(ModelView view, Held held, int peopleMax) {
        int threads = Runtime.getRuntime().availableProcessors();
        try (ExecutorService executor =
                Executors.newFixedThreadPool(
                        threads, Thread.ofPlatform().name("judge-", 0).factory())) {
            SequenceEvaluation evaluation =
                    new SequenceEvaluation(
                            events.all(),
                            new int[events.all().users()][0],
                            executor,
                            threads,
                            System::nanoTime,
                            Progress.NONE);
            RankingRow row = evaluation.run(name, learner.model(view), 0, held, k, peopleMax);
            return Map.of(
                    "hit-rate@" + k,
                    row.recall(),
                    "ndcg@" + k,
                    row.ndcg(),
                    "coverage",
                    row.coverage());
        }
    }

    @Override
    public void export(ModelView view, Path folder, BundleDraft draft) {
        Path encoder = folder.resolve("encoder");
        Path index = folder.resolve("items.index");
        try {
            learner.save(view, events.all(), encoder).index(index);
        } catch (IOException e) {
            throw new TrainingException(Code.IO, encoder + ": " + e, e);
        }
        draft.add(Role.ENCODER, name, encoder);
        draft.add(Role.ITEM_INDEX, "items", index);
    }
}
