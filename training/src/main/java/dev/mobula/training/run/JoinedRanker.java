package dev.mobula.training.run;

import dev.mobula.ranking.model.Activation;
import dev.mobula.ranking.model.Head;
import dev.mobula.ranking.model.Layer;
import dev.mobula.ranking.model.LayerGraph;
import dev.mobula.ranking.model.ModelFolder;
import dev.mobula.ranking.model.RankingModel;
import dev.mobula.ranking.value.ValueModel;
import dev.mobula.training.TrainingException;
import dev.mobula.training.TrainingException.Code;
import dev.mobula.training.bundle.BundleDraft;
import dev.mobula.training.bundle.Evidence;
import dev.mobula.training.bundle.Role;
import dev.mobula.training.loop.BatchSource;
import dev.mobula.training.loop.ModelView;
import dev.mobula.training.loop.Share;
import dev.mobula.training.program.Engine;
import dev.mobula.training.program.Objective.HeadLoss;
import dev.mobula.training.program.Program;
import dev.mobula.training.program.ProgramSpec;
import dev.mobula.training.ranker.RankerLayers;
import dev.mobula.training.run.RankerRecipe.Label;
import dev.mobula.training.run.RankerRecipe.Loss;
import dev.mobula.training.run.RankerRecipe.Plan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The multi-task ranker as the loop trains it and as serving runs it: one layer graph over one layout of features.
final class JoinedRanker implements RecipeTask {
    private static final String RANKER = "ranker";
    private static final double INITIAL_BOUND = 0.05;

    private final Plan plan;
    private final RunDescription.Common common;
    private final RankerLayers layers;
    private final Optional<ValueModel> value;
    private RankerJudge.@Nullable Judged judged;

    JoinedRanker(Plan plan, RunDescription.Common common) {
        this.plan = plan;
        this.common = common;
        LayerGraph graph = graph(plan);
        this.layers = new RankerLayers(plan.layout(), graph, losses(plan));
        this.value =
                plan.value().isEmpty()
                        ? Optional.empty()
                        : Optional.of(
                                ValueModel.of(common.name(), plan.value(), graph.headNames()));
    }

    private static LayerGraph graph(Plan plan) {
        List<Layer> layers = new ArrayList<>();
        String last = LayerGraph.INPUT;
        for (int i = 0; i < plan.crosses(); i++) {
            layers.add(new Layer.Cross("cross" + i, /* base= */ LayerGraph.INPUT, last));
            last = "cross" + i;
        }
        for (int i = 0; i < plan.hidden().size(); i++) {
            layers.add(new Layer.Dense("hidden" + i, last, plan.hidden().get(i), Activation.RELU));
            last = "hidden" + i;
        }
        List<Head> heads = new ArrayList<>();
        for (Label label : plan.labels()) {
            layers.add(new Layer.Dense("out_" + label.head(), last, 1, Activation.NONE));
            heads.add(
                    new Head(
                            label.head(),
                            "out_" + label.head(),
                            label.loss() == Loss.LOG ? Head.Link.SIGMOID : Head.Link.IDENTITY));
        }
        return new LayerGraph(plan.layout().width(), layers, heads);
    }

    private static List<HeadLoss> losses(Plan plan) {
        return plan.labels().stream()
                .map(
                        label ->
                                HeadLoss.of(label.head(), RankerLayers.label(label.head()))
                                        .weighing(label.weight()))
                .toList();
    }

    @Override
    public ProgramSpec spec(Share share) {
        return layers.spec(common.rows(), INITIAL_BOUND, share.rowsMax(common.batchRows()));
    }

    @Override
    public Program open(ProgramSpec spec) {
        return open(spec, common.engine());
    }

    /// The description's engine, unless it leaves the choice.
    @Override
    public Program open(ProgramSpec spec, Engine engine) {
        return layers.graphModel(spec)
                .open(
                        common.engine() == Engine.FASTEST ? engine : common.engine(),
                        System::nanoTime);
    }

    @Override
    public BatchSource batches(Share share, long seed) {
        return new RankerBatches(plan, layers.inputs(), share, seed, common.batchRows());
    }

    @Override
    public Map<String, String> data() {
        Map<String, String> data = new TreeMap<>(Map.of("train", plan.data().fingerprint()));
        plan.data()
                .schema()
                .notes()
                .forEach(
                        (note, value) -> {
                            if (note.startsWith(RankerRecipe.ERASED_NOTE)) {
                                data.put(
                                        "erased."
                                                + note.substring(RankerRecipe.ERASED_NOTE.length()),
                                        value);
                            }
                        });
        return data;
    }

    @Override
    public void requireUnchanged() {
        plan.data().requireUnchanged();
    }

    @Override
    public long stepsPerEpoch() {
        return plan.trainRows() / common.batchRows();
    }

    private RankingModel model(ModelView view) {
        return layers.model(view, common.name() + "-" + view.step());
    }

    @Override
    public Map<String, Double> evaluate(ModelView view) {
        return new RankerJudge(plan).metrics(model(view), plan.trainRows(), validationRows());
    }

    private long validationRows() {
        return Math.min(plan.validationRows(), plan.evaluationRows());
    }

    @Override
    public Evidence judge(ModelView view) {
        long testFrom = plan.trainRows() + plan.validationRows();
        return new DrawnJudge(plan, value)
                .addTo(
                        judged(view).evidence(),
                        model(view),
                        plan.trainRows(),
                        testFrom,
                        plan.data().rows(),
                        common.seed());
    }

    private RankerJudge.Judged judged(ModelView view) {
        long testFrom = plan.trainRows() + plan.validationRows();
        RankerJudge.Judged found =
                new RankerJudge(plan)
                        .judge(
                                model(view),
                                plan.trainRows(),
                                plan.validationRows(),
                                testFrom,
                                plan.data().rows() - testFrom,
                                common.seed());
        judged = found;
        return found;
    }

    @Override
    public void export(ModelView view, Path folder, BundleDraft draft) {
        RankerJudge.Judged found = judged == null ? judged(view) : judged;
        try {
            Path ranker = folder.resolve(RANKER);
            ModelFolder.save(ranker, model(view), List.of());
            draft.add(Role.RANKER, RANKER, ranker);
            Path schema = folder.resolve("schema.json");
            Files.writeString(schema, plan.layout().schema().toJson());
            draft.add(Role.FEATURE_SCHEMA, "features", schema);
            Path calibrators = folder.resolve("calibrators.json");
            Files.writeString(calibrators, found.calibrators().toJson());
            draft.add(Role.CALIBRATORS, "heads", calibrators);
            if (value.isPresent()) {
                Path file = folder.resolve("value.json");
                Files.writeString(file, value.get().toJson());
                draft.add(Role.VALUE_MODEL, "surfaces", file);
            }
        } catch (IOException e) {
            throw new TrainingException(Code.IO, folder + ": " + e, e);
        }
    }
}
