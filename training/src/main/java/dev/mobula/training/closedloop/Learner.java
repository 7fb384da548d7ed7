package dev.mobula.training.closedloop;

import dev.mobula.ranking.features.EmbeddingSpec;
import dev.mobula.ranking.features.FeatureLayout;
import dev.mobula.ranking.model.LayerGraph;
import dev.mobula.ranking.model.RankingModel;
import dev.mobula.ranking.model.Tensor;
import dev.mobula.ranking.model.Weights;
import dev.mobula.training.TrainingException;
import dev.mobula.training.collective.Collective;
import dev.mobula.training.kernels.StepKernels;
import dev.mobula.training.loop.LoopSettings;
import dev.mobula.training.loop.ModelView;
import dev.mobula.training.loop.RunListener;
import dev.mobula.training.loop.Saving;
import dev.mobula.training.loop.Share;
import dev.mobula.training.loop.Task;
import dev.mobula.training.loop.TrainingLoop;
import dev.mobula.training.optimize.DenseSettings;
import dev.mobula.training.program.ProgramSpec;
import dev.mobula.training.table.LocalTables;
import dev.mobula.training.table.TableSpec;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

/// Learns the next generation from a log of what was served: the two towers, then the ranker, each from nothing.
///
/// Rows of tables that the log never named are zeros in the model that serves.
public final class Learner {
    private static final double DENSE_RATE = 2e-3;
    private static final int ROWS_LEAST = 100;

    private final int epochs;
    private final LongSupplier nanoClock;

    public Learner(int epochs, LongSupplier nanoClock) {
        if (epochs < 1 || epochs > 100) {
            throw TrainingException.invalid("epochs", epochs, "must be in 1..100");
        }
        this.epochs = epochs;
        this.nanoClock = nanoClock;
    }

    /// The model of all that is in the log.
    public EngineModel learn(ServedLog log, String version, long seed) {
        FeatureLayout layout = EngineFeatures.LAYOUT;
        List<ServedLog.Row> rows = log.rows();
        TowerTask towers = new TowerTask(layout, rows, epochs);
        if (towers.examples() < ROWS_LEAST) {
            throw TrainingException.invalid(
                    "log",
                    towers.examples() + " clicks",
                    "at least " + ROWS_LEAST + " are needed to learn from");
        }
        Map<String, Tensor> ranker = new LinkedHashMap<>();
        Map<String, Tensor> towerTables = new LinkedHashMap<>();
        Map<String, Tensor> user = new LinkedHashMap<>();
        Map<String, Tensor> item = new LinkedHashMap<>();
        run(
                towers,
                seed,
                view -> {
                    tables(view, towers, layout, towerTables);
                    parameters(view, TowerTask.USER, TowerTask.userGraph(layout), user);
                    parameters(view, TowerTask.ITEM, TowerTask.itemGraph(layout), item);
                });
        ServedRanker ranking = new ServedRanker(layout, rows, epochs);
        run(
                ranking,
                seed + 1,
                view -> {
                    tables(view, ranking, layout, ranker);
                    ranker.putAll(ranking.parameters(view));
                });
        return new EngineModel(
                RankingModel.of(version, layout, ServedRanker.graph(layout), Weights.of(ranker)),
                Weights.of(towerTables),
                Weights.of(user),
                Weights.of(item));
    }

    /// Takes what it needs of a model before its memory goes.
    @FunctionalInterface
    private interface Export {
        void take(ModelView view);
    }

    private void run(Task task, long seed, Export export) {
        LoopSettings settings = LoopSettings.of(seed, 0, DenseSettings.adam(DENSE_RATE));
        List<TableSpec> specs = task.spec(Share.ALL).tables();
        try (LocalTables tables = new LocalTables(specs, seed, StepKernels.ofThisMachine());
                TrainingLoop loop =
                        new TrainingLoop(
                                task,
                                settings,
                                tables,
                                Collective.alone(),
                                Saving.NONE,
                                RunListener.NONE,
                                nanoClock)) {
            loop.run();
            export.take(loop.view());
        }
    }

    private static void tables(
            ModelView view, Task task, FeatureLayout layout, Map<String, Tensor> into) {
        Map<String, TableSpec> trained = new HashMap<>();
        ProgramSpec spec = task.spec(Share.ALL);
        spec.tables().forEach(table -> trained.put(table.name(), table));
        for (EmbeddingSpec table : layout.schema().tables()) {
            int width = table.width();
            float[] values = new float[table.rows() * width];
            if (trained.containsKey(table.name())) {
                long[] keys = view.keys(table.name());
                float[] rows = view.embeddings(table.name(), keys);
                for (int i = 0; i < keys.length; i++) {
                    System.arraycopy(rows, i * width, values, (int) keys[i] * width, width);
                }
            }
            into.put("table." + table.name(), new Tensor(List.of(table.rows(), width), values));
        }
    }

    private static void parameters(
            ModelView view, String tower, LayerGraph graph, Map<String, Tensor> into) {
        graph.parameters()
                .forEach(
                        (name, shape) ->
                                into.put(
                                        name,
                                        new Tensor(shape, view.parameter(tower + "." + name))));
    }
}
