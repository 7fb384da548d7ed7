package dev.mobula.ranking.model;

import dev.mobula.ranking.RankingException;
import dev.mobula.ranking.RankingException.Code;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A model's layers in order of computation, and its outputs: heads, or for an encoder one layer.
///
/// Its parameters are `<layer>.weight` of shape `[out, in]` and `<layer>.bias` of shape `[out]`, for dense and cross
/// layers. Both engines and training read them by these names.
public final class LayerGraph {
    /// Name of the input, which is no layer.
    public static final String INPUT = "input";

    private static final int LAYERS_MAX = 1024;
    private static final int WIDTH_MAX = 1 << 14;

    /// Most experts one mixture weighs.
    public static final int EXPERTS_MAX = 64;

    private final int inputWidth;
    private final List<Layer> layers;
    private final List<Head> heads;
    private final Map<String, Integer> widths = new LinkedHashMap<>();
    private final Map<String, List<Integer>> parameters = new LinkedHashMap<>();

    public LayerGraph(int inputWidth, List<Layer> layers, List<Head> heads) {
        this.inputWidth = inputWidth;
        this.layers = List.copyOf(layers);
        this.heads = List.copyOf(heads);
        if (layers.size() > LAYERS_MAX) {
            throw invalid("layers=" + layers.size() + ", must be at most " + LAYERS_MAX);
        }
        requireWidth(INPUT, inputWidth);
        widths.put(INPUT, inputWidth);
        for (Layer layer : layers) {
            int width = widthOf(layer);
            requireWidth(layer.name(), width);
            if (widths.put(layer.name(), width) != null) {
                throw invalid("layer '" + layer.name() + "' is defined twice");
            }
        }
        checkHeads();
    }

    public int inputWidth() {
        return inputWidth;
    }

    public List<Layer> layers() {
        return layers;
    }

    public List<Head> heads() {
        return heads;
    }

    public List<String> headNames() {
        return heads.stream().map(Head::name).toList();
    }

    /// Columns of a layer's output.
    public int width(String layer) {
        Integer width = widths.get(layer);
        if (width == null) {
            throw invalid("no layer '" + layer + "'");
        }
        return width;
    }

    /// Shapes of all parameters by name, in order of computation.
    public Map<String, List<Integer>> parameters() {
        return Map.copyOf(parameters);
    }

    /// The same, ordered by name of layer as computed.
    public List<String> parameterNames() {
        return List.copyOf(parameters.keySet());
    }

    /// Parameters counted one by one.
    public long parameterCount() {
        return parameters.values().stream()
                .mapToLong(
                        shape ->
                                shape.stream()
                                        .mapToLong(Integer::longValue)
                                        .reduce(1, (a, b) -> a * b))
                .sum();
    }

    private int widthOf(Layer layer) {
        for (String input : layer.inputs()) {
            if (!widths.containsKey(input)) {
                throw invalid("layer '%s': no layer '%s' before it".formatted(layer.name(), input));
            }
        }
        return switch (layer) {
            case Layer.Columns it -> {
                if (it.from() < 0 || it.from() + it.width() > inputWidth) {
                    throw invalid(
                            "layer '%s': columns %d..%d of %d"
                                    .formatted(
                                            it.name(),
                                            it.from(),
                                            it.from() + it.width(),
                                            inputWidth));
                }
                yield it.width();
            }
            case Layer.Dense it -> {
                parameters.put(it.name() + ".weight", List.of(it.width(), width(it.input())));
                parameters.put(it.name() + ".bias", List.of(it.width()));
                yield it.width();
            }
            case Layer.Cross it -> {
                int width = requireEqual(it.name(), List.of(it.base(), it.input()));
                parameters.put(it.name() + ".weight", List.of(width, width));
                parameters.put(it.name() + ".bias", List.of(width));
                yield width;
            }
            case Layer.Mixture it -> {
                if (it.experts().size() > EXPERTS_MAX) {
                    throw invalid(
                            "mixture '%s': experts=%d, must be at most %d"
                                    .formatted(it.name(), it.experts().size(), EXPERTS_MAX));
                }
                if (width(it.gate()) != it.experts().size()) {
                    throw invalid(
                            "mixture '%s': gate '%s' is %d wide for %d experts"
                                    .formatted(
                                            it.name(),
                                            it.gate(),
                                            width(it.gate()),
                                            it.experts().size()));
                }
                yield requireEqual(it.name(), it.experts());
            }
            case Layer.Concat it -> it.inputs().stream().mapToInt(this::width).sum();
            case Layer.Sum it -> requireEqual(it.name(), it.inputs());
            case Layer.Normalize it -> width(it.input());
        };
    }

    private int requireEqual(String layer, List<String> inputs) {
        if (inputs.isEmpty()) {
            throw invalid("layer '" + layer + "' has no inputs");
        }
        int width = width(inputs.getFirst());
        for (String input : inputs) {
            if (width(input) != width) {
                throw invalid(
                        "layer '%s': '%s' is %d wide, '%s' %d"
                                .formatted(layer, inputs.getFirst(), width, input, width(input)));
            }
        }
        return width;
    }

    private void checkHeads() {
        for (Head head : heads) {
            if (width(head.layer()) != 1) {
                throw invalid(
                        "head '%s': layer '%s' is %d wide, must be 1"
                                .formatted(head.name(), head.layer(), width(head.layer())));
            }
        }
        if (headNames().stream().distinct().count() != heads.size()) {
            throw invalid("a head is named twice: " + headNames());
        }
    }

    private static void requireWidth(String layer, int width) {
        if (width < 1 || width > WIDTH_MAX) {
            throw invalid("layer '%s': width=%d, must be 1..%d".formatted(layer, width, WIDTH_MAX));
        }
    }

    private static RankingException invalid(String message) {
        return new RankingException(Code.INVALID_MODEL, message);
    }
}
