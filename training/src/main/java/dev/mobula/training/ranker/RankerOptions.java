package dev.mobula.training.ranker;

import dev.mobula.ranking.model.Families;
import dev.mobula.ranking.model.Head.Link;
import dev.mobula.ranking.model.LayerGraph;
import dev.mobula.training.TrainingException;
import java.util.List;
import java.util.SequencedMap;

/// The layers of a [RankerTask]'s model and how they learn.
///
/// @param crosses cross layers before the experts; of MMoE and DCN
/// @param experts shared by all heads; of MMoE and PLE
/// @param expertHidden widths of each expert's layers, or of the one tower of a family without experts
/// @param towerHidden widths of each head's own layers
/// @param batchRows examples per step
/// @param epochs over all examples
/// @param learningRate of the layers
/// @param rowLearningRate of the embeddings
/// @param decay of the layers' weights
public record RankerOptions(
        Family family,
        int crosses,
        int experts,
        List<Integer> expertHidden,
        List<Integer> towerHidden,
        int batchRows,
        int epochs,
        double learningRate,
        double rowLearningRate,
        double decay) {
    /// The families of layer graphs.
    public enum Family {
        WIDE_AND_DEEP,
        DCN,
        MMOE,
        PLE
    }

    public RankerOptions {
        expertHidden = List.copyOf(expertHidden);
        towerHidden = List.copyOf(towerHidden);
        require("crosses", crosses, crosses >= 0 && crosses <= 8);
        require("experts", experts, experts >= 1 && experts <= LayerGraph.EXPERTS_MAX / 2);
        require("expertHidden", expertHidden, areWidths(expertHidden) && !expertHidden.isEmpty());
        require("towerHidden", towerHidden, areWidths(towerHidden));
        require("batchRows", batchRows, batchRows >= 1 && batchRows <= 1 << 16);
        require("epochs", epochs, epochs >= 1 && epochs <= 10_000);
        require("learningRate", learningRate, learningRate > 0 && learningRate <= 1);
        require("rowLearningRate", rowLearningRate, rowLearningRate > 0 && rowLearningRate <= 1);
        require("decay", decay, decay >= 0 && decay <= 1);
    }

    private static boolean areWidths(List<Integer> widths) {
        return widths.size() <= 8 && widths.stream().allMatch(width -> width >= 1 && width <= 4096);
    }

    private static void require(String field, Object value, boolean holds) {
        if (!holds) {
            throw TrainingException.invalid(field, value, "is outside its limits");
        }
    }

    /// What was best on validation.
    public static RankerOptions usual() {
        return new RankerOptions(
                Family.PLE, 0, 2, List.of(96, 48), List.of(32), 512, 8, 1e-3, 1e-3, 0.01);
    }

    /// The layers for inputs of a width and these heads.
    LayerGraph graph(int inputWidth, SequencedMap<String, Link> heads) {
        int[] hidden = ints(expertHidden);
        return switch (family) {
            case WIDE_AND_DEEP -> Families.wideAndDeep(inputWidth, hidden, heads);
            case DCN -> Families.dcn(inputWidth, crosses, hidden, heads);
            case MMOE ->
                    Families.mmoe(inputWidth, crosses, experts, hidden, ints(towerHidden), heads);
            case PLE ->
                    Families.ple(inputWidth, 1, experts, experts, hidden, ints(towerHidden), heads);
        };
    }

    private static int[] ints(List<Integer> values) {
        return values.stream().mapToInt(Integer::intValue).toArray();
    }
}
