package dev.mobula.ranking.model;

import dev.mobula.ranking.RankingException;
import dev.mobula.ranking.RankingException.Code;
import dev.mobula.ranking.features.EmbeddingSpec;
import dev.mobula.ranking.features.FeatureLayout;
import dev.mobula.ranking.features.Slot;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A model as it is trained, stored and swapped: a version, the schema it reads, its layers and its weights.
///
/// Embedding tables are the weights `table.<name>` of shape `[rows, width]`.
public final class RankingModel {
    private final String version;
    private final FeatureLayout layout;
    private final @Nullable LayerGraph graph;
    private final List<String> headNames;
    private final Weights weights;
    private final List<float[]> tables;
    private final Map<String, SequenceEncoder> encoders;

    private RankingModel(
            String version,
            FeatureLayout layout,
            @Nullable LayerGraph graph,
            List<String> headNames,
            Weights weights,
            Map<String, SequenceEncoder> encoders) {
        this.version = version;
        this.layout = layout;
        this.graph = graph;
        this.headNames = List.copyOf(headNames);
        this.weights = weights;
        this.encoders = Map.copyOf(encoders);
        this.tables =
                layout.schema().tables().stream()
                        .map(table -> weights.require(tableName(table), tableShape(table)))
                        .toList();
    }

    /// Joins the parts, or refuses naming what does not fit.
    public static RankingModel of(
            String version, FeatureLayout layout, LayerGraph graph, Weights weights) {
        return of(version, layout, graph, weights, Map.of());
    }

    /// The same with encoders for the sequences that name one.
    public static RankingModel of(
            String version,
            FeatureLayout layout,
            LayerGraph graph,
            Weights weights,
            Map<String, SequenceEncoder> encoders) {
        if (graph.inputWidth() != layout.width()) {
            throw new RankingException(
                    Code.MISMATCH,
                    "model '%s' reads %d columns, schema '%s' gives %d"
                            .formatted(
                                    version,
                                    graph.inputWidth(),
                                    layout.schema().name(),
                                    layout.width()));
        }
        for (Slot slot : layout.slots()) {
            if (!slot.encoder().isEmpty()) {
                requireEncoder(slot, encoders);
            }
        }
        graph.parameters().forEach(weights::require);
        return new RankingModel(version, layout, graph, graph.headNames(), weights, encoders);
    }

    /// A model whose layers live in an archive made elsewhere; the weights are its tables.
    public static RankingModel ofArchive(
            String version, FeatureLayout layout, List<String> headNames, Weights tables) {
        return new RankingModel(version, layout, null, headNames, tables, Map.of());
    }

    private static void requireEncoder(Slot slot, Map<String, SequenceEncoder> encoders) {
        SequenceEncoder encoder = encoders.get(slot.encoder());
        if (encoder == null) {
            throw new RankingException(
                    Code.MISMATCH,
                    "feature '%s' wants encoder '%s', the model has %s"
                            .formatted(slot.feature(), slot.encoder(), encoders.keySet()));
        }
        if (encoder.width() != slot.width() || encoder.eventsMax() < slot.valuesMax()) {
            throw new RankingException(
                    Code.MISMATCH,
                    "feature '%s' has %d events of width %d, encoder '%s' reads %d of %d"
                            .formatted(
                                    slot.feature(),
                                    slot.valuesMax(),
                                    slot.width(),
                                    slot.encoder(),
                                    encoder.eventsMax(),
                                    encoder.width()));
        }
    }

    /// Shapes of all parameters that such a model needs, tables included.
    public static Map<String, List<Integer>> parameters(FeatureLayout layout, LayerGraph graph) {
        Map<String, List<Integer>> all = new LinkedHashMap<>(graph.parameters());
        for (EmbeddingSpec table : layout.schema().tables()) {
            all.put(tableName(table), tableShape(table));
        }
        return all;
    }

    private static String tableName(EmbeddingSpec table) {
        return "table." + table.name();
    }

    private static List<Integer> tableShape(EmbeddingSpec table) {
        return List.of(table.rows(), table.width());
    }

    public String version() {
        return version;
    }

    public FeatureLayout layout() {
        return layout;
    }

    /// The layers, unless they live in an archive.
    public Optional<LayerGraph> graph() {
        return Optional.ofNullable(graph);
    }

    public List<String> headNames() {
        return headNames;
    }

    public Weights weights() {
        return weights;
    }

    /// Embedding tables in the schema's order, not to be written.
    List<float[]> tables() {
        return tables;
    }

    Map<String, SequenceEncoder> encoders() {
        return encoders;
    }
}
