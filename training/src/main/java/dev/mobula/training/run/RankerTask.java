package dev.mobula.training.run;

import dev.mobula.ranking.features.EmbeddingSpec;
import dev.mobula.ranking.features.FeatureLayout;
import dev.mobula.ranking.features.Side;
import dev.mobula.ranking.features.Slot;
import dev.mobula.ranking.model.Activation;
import dev.mobula.ranking.model.Head;
import dev.mobula.ranking.model.Layer;
import dev.mobula.ranking.model.LayerGraph;
import dev.mobula.ranking.model.ModelFolder;
import dev.mobula.ranking.model.RankingModel;
import dev.mobula.ranking.model.Tensor;
import dev.mobula.ranking.model.Weights;
import dev.mobula.ranking.value.ValueModel;
import dev.mobula.training.TrainingException;
import dev.mobula.training.TrainingException.Code;
import dev.mobula.training.bundle.BundleDraft;
import dev.mobula.training.bundle.Evidence;
import dev.mobula.training.bundle.Role;
import dev.mobula.training.loop.BatchSource;
import dev.mobula.training.loop.ModelView;
import dev.mobula.training.loop.Share;
import dev.mobula.training.program.Column;
import dev.mobula.training.program.Engine;
import dev.mobula.training.program.GraphModel;
import dev.mobula.training.program.Objective;
import dev.mobula.training.program.ParameterLayout;
import dev.mobula.training.program.Program;
import dev.mobula.training.program.ProgramSpec;
import dev.mobula.training.program.Tower;
import dev.mobula.training.run.RankerRecipe.Label;
import dev.mobula.training.run.RankerRecipe.Loss;
import dev.mobula.training.run.RankerRecipe.Plan;
import dev.mobula.training.table.TableSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/// The multi-task ranker as the loop trains it and as serving runs it: one layer graph over one layout of features.
final class RankerTask implements RecipeTask {
    private static final String TOWER = "ranker";
    private static final String USER_NUMBERS = "user_numbers";
    private static final String ITEM_NUMBERS = "item_numbers";
    private static final int EMBEDDINGS_AT_ONCE = 4_096;

    private final Plan plan;
    private final RunDescription.Common common;
    private final LayerGraph graph;
    private final Optional<ValueModel> value;
    private RankerJudge.@Nullable Judged judged;

    RankerTask(Plan plan, RunDescription.Common common) {
        this.plan = plan;
        this.common = common;
        this.graph = graph(plan);
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

    @Override
    public ProgramSpec spec(Share share) {
        FeatureLayout layout = plan.layout();
        List<Column> columns = new ArrayList<>();
        if (layout.userNumbers() > 0) {
            columns.add(new Column(USER_NUMBERS, layout.userNumbers()));
        }
        if (layout.itemNumbers() > 0) {
            columns.add(new Column(ITEM_NUMBERS, layout.itemNumbers()));
        }
        plan.labels().forEach(label -> columns.add(new Column("label_" + label.head(), 1)));
        return new ProgramSpec(
                ParameterLayout.builder().addAll(TOWER, graph).build(),
                layout.schema().tables().stream().map(this::table).toList(),
                RankerRecipe.lookups(layout),
                columns,
                share.rowsMax(common.batchRows()));
    }

    private TableSpec table(EmbeddingSpec table) {
        return TableSpec.of(table.name(), table.width())
                .with(common.rows())
                .withRowsMax(table.rows());
    }

    @Override
    public Program open(ProgramSpec spec) {
        return open(spec, common.engine());
    }

    /// The description's engine, unless it leaves the choice.
    @Override
    public Program open(ProgramSpec spec, Engine engine) {
        return graphModel(spec)
                .open(
                        common.engine() == Engine.FASTEST ? engine : common.engine(),
                        System::nanoTime);
    }

    private GraphModel graphModel(ProgramSpec spec) {
        FeatureLayout layout = plan.layout();
        List<Tower.Input> inputs = new ArrayList<>();
        for (Side side : List.of(Side.USER, Side.ITEM, Side.PAIR)) {
            if (side == Side.USER && layout.userNumbers() > 0) {
                inputs.add(new Tower.Input.Numbers(USER_NUMBERS));
            }
            if (side == Side.ITEM && layout.itemNumbers() > 0) {
                inputs.add(new Tower.Input.Numbers(ITEM_NUMBERS));
            }
            for (int i = 0; i < layout.slots().size(); i++) {
                Slot slot = layout.slots().get(i);
                if (slot.side() == side) {
                    inputs.add(
                            slot.isBag()
                                    ? new Tower.Input.Mean("slot" + i)
                                    : new Tower.Input.Embeddings("slot" + i));
                }
            }
        }
        List<Objective.HeadLoss> losses =
                plan.labels().stream()
                        .map(
                                label ->
                                        Objective.HeadLoss.of(label.head(), "label_" + label.head())
                                                .weighing(label.weight()))
                        .toList();
        return new GraphModel(
                spec, List.of(new Tower(TOWER, graph, inputs)), new Objective.Heads(TOWER, losses));
    }

    @Override
    public BatchSource batches(Share share, long seed) {
        return new RankerBatches(plan, share, seed, common.batchRows());
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

    /// The model as serving has it. Row 0 of a table, which stands for nothing, is zeros.
    private RankingModel model(ModelView view) {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        graph.parameters()
                .forEach(
                        (name, shape) ->
                                tensors.put(
                                        name,
                                        new Tensor(shape, view.parameter(TOWER + "." + name))));
        for (EmbeddingSpec table : plan.layout().schema().tables()) {
            float[] values = new float[Math.multiplyExact(table.rows(), table.width())];
            for (int row = 1; row < table.rows(); row += EMBEDDINGS_AT_ONCE) {
                long[] keys =
                        LongStream.range(row, Math.min(table.rows(), row + EMBEDDINGS_AT_ONCE))
                                .toArray();
                float[] part = view.embeddings(table.name(), keys);
                System.arraycopy(part, 0, values, row * table.width(), part.length);
            }
            tensors.put(
                    "table." + table.name(),
                    new Tensor(List.of(table.rows(), table.width()), values));
        }
        return RankingModel.of(
                common.name() + "-" + view.step(), plan.layout(), graph, Weights.of(tensors));
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
            Path ranker = folder.resolve("ranker");
            ModelFolder.save(ranker, model(view), List.of());
            draft.add(Role.RANKER, TOWER, ranker);
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
