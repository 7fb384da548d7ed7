package dev.mobula.training.closedloop;

import dev.mobula.ranking.features.FeatureBatch;
import dev.mobula.ranking.features.FeatureLayout;
import dev.mobula.ranking.model.InputAssembler;
import dev.mobula.ranking.model.LayerGraph;
import dev.mobula.ranking.model.ModelInput;
import dev.mobula.ranking.model.RankingModel;
import dev.mobula.ranking.model.Scorer;
import dev.mobula.ranking.model.Weights;
import dev.mobula.ranking.model.kernels.Kernels;
import dev.mobula.ranking.model.packed.PackedScorer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/// One generation of the engine's models: the ranker, and the towers whose vectors find candidates.
///
/// @param towerTables the towers' embedding tables
/// @param user the user tower's weights
/// @param item the item tower's weights
public record EngineModel(RankingModel ranker, Weights towerTables, Weights user, Weights item) {
    /// The towers at work, for one thread.
    Encoder encoder() {
        return new Encoder(this);
    }

    /// Turns feature rows into vectors.
    static final class Encoder {
        private final FeatureLayout layout;
        private final FeatureBatch batch;
        private final InputAssembler assembler;
        private final ModelInput assembled;
        private final Half user;
        private final Half item;
        private final int[] nobody;
        private final int[] nothing;

        private Encoder(EngineModel model) {
            layout = model.ranker.layout();
            RankingModel tables =
                    RankingModel.ofArchive("towers", layout, List.of(), model.towerTables);
            batch = new FeatureBatch(layout, 1);
            assembler = new InputAssembler(tables);
            assembled = assembler.newInput(1);
            user = new Half(TowerTask.userGraph(layout), model.user, layout.userNumbers());
            item =
                    new Half(
                            TowerTask.itemGraph(layout),
                            model.item,
                            layout.sharedWidth() + layout.itemNumbers());
            nobody = layout.encodeUser(Map.of());
            nothing = layout.encodeItem(Map.of());
        }

        float[] user(int[] storedUser, long nowSeconds) {
            assemble(storedUser, nothing, nowSeconds);
            return user.encode(assembled);
        }

        float[] item(int[] storedItem, long nowSeconds) {
            assemble(nobody, storedItem, nowSeconds);
            return item.encode(assembled);
        }

        private void assemble(int[] storedUser, int[] storedItem, long nowSeconds) {
            batch.begin(storedUser, nowSeconds);
            batch.add(0, storedItem);
            assembler.fill(batch, assembled);
        }
    }

    /// One tower: it reads its stretch of the assembled columns.
    private static final class Half {
        private final int from;
        private final ModelInput input;
        private final Scorer.Session session;
        private final float[] output = new float[TowerTask.DIMENSION];

        Half(LayerGraph graph, Weights weights, int from) {
            this.from = from;
            input = new ModelInput(1, graph.inputWidth(), 0);
            session = PackedScorer.of(graph, 0, weights, Kernels.ofThisMachine()).open();
        }

        float[] encode(ModelInput assembled) {
            System.arraycopy(assembled.values(), from, input.values(), 0, input.width());
            input.setRows(1);
            session.score(input, output);
            return Arrays.copyOf(output, output.length);
        }
    }
}
