package dev.mobula.ranking.model.torch;

import dev.mobula.ranking.model.Activation;
import dev.mobula.ranking.model.Head;
import dev.mobula.ranking.model.Layer;
import dev.mobula.ranking.model.LayerGraph;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/// A layer graph as lines of TorchScript: one variable per layer.
///
/// For scoring it is `forward(x, flat) -> scores`, with all parameters in one flat vector in the order of
/// [LayerGraph#parameterNames].
public final class TorchSource {
    private final LayerGraph graph;
    private final String prefix;
    private final UnaryOperator<String> parameter;
    private final StringBuilder body = new StringBuilder();
    private final Map<String, String> variables = new HashMap<>();

    private TorchSource(
            LayerGraph graph, String input, String prefix, UnaryOperator<String> parameter) {
        this.graph = graph;
        this.prefix = prefix;
        this.parameter = parameter;
        variables.put(LayerGraph.INPUT, input);
        graph.layers().forEach(this::define);
    }

    /// Writes the layers for a program of which they are a part.
    ///
    /// @param input the variable that holds `[rows, inputWidth]`
    /// @param prefix of the variables defined here
    /// @param parameter the expression, of its parameter's shape, for a parameter's name
    public static TorchSource lines(
            LayerGraph graph, String input, String prefix, UnaryOperator<String> parameter) {
        return new TorchSource(graph, input, prefix, parameter);
    }

    /// The lines, indented as the body of a method.
    public String text() {
        return body.toString();
    }

    static String of(LayerGraph graph) {
        Map<String, String> slices = slices(graph);
        TorchSource source =
                new TorchSource(graph, "x", "v", name -> Objects.requireNonNull(slices.get(name)));
        return "  def forward(self: __torch__."
                + TorchArchive.CLASS
                + ",\n"
                + "      x: Tensor,\n"
                + "      flat: Tensor) -> Tensor:\n"
                + source.body
                + "    return "
                + source.result()
                + "\n";
    }

    private void define(Layer layer) {
        String name = prefix + variables.size();
        String expression =
                switch (layer) {
                    case Layer.Columns it ->
                            String.format(
                                    Locale.ROOT,
                                    "torch.narrow(x, 1, %d, %d)",
                                    it.from(),
                                    it.width());
                    case Layer.Dense it -> {
                        String sum = linear(it.name(), it.input());
                        yield it.activation() == Activation.RELU ? "torch.relu(" + sum + ")" : sum;
                    }
                    case Layer.Cross it ->
                            String.format(
                                    Locale.ROOT,
                                    "torch.add(torch.mul(%s, %s), %s)",
                                    variable(it.base()),
                                    linear(it.name(), it.input()),
                                    variable(it.input()));
                    case Layer.Mixture it ->
                            String.format(
                                    Locale.ROOT,
                                    "torch.sum(torch.mul(torch.stack([%s], 1),"
                                            + " torch.unsqueeze(torch.softmax(%s, -1), -1)), [1])",
                                    list(it.experts()),
                                    variable(it.gate()));
                    case Layer.Concat it ->
                            String.format(Locale.ROOT, "torch.cat([%s], 1)", list(it.inputs()));
                    case Layer.Sum it ->
                            String.format(
                                    Locale.ROOT,
                                    "torch.sum(torch.stack([%s], 0), [0])",
                                    list(it.inputs()));
                    case Layer.Normalize it -> {
                        String input = variable(it.input());
                        yield String.format(
                                Locale.ROOT,
                                "torch.div(%s, torch.clamp_min(torch.sqrt(torch.sum(torch.mul(%s,"
                                        + " %s), [1], True)), 1e-30))",
                                input,
                                input,
                                input);
                    }
                };
        body.append("    ").append(name).append(" = ").append(expression).append('\n');
        variables.put(layer.name(), name);
    }

    private String linear(String layer, String input) {
        return String.format(
                Locale.ROOT,
                "torch.linear(%s, %s, %s)",
                variable(input),
                parameter.apply(layer + ".weight"),
                parameter.apply(layer + ".bias"));
    }

    private static Map<String, String> slices(LayerGraph graph) {
        Map<String, String> slices = new HashMap<>();
        long offset = 0;
        for (String name : graph.parameterNames()) {
            List<Integer> shape = Objects.requireNonNull(graph.parameters().get(name));
            long count = shape.stream().mapToLong(Integer::longValue).reduce(1, (a, b) -> a * b);
            String slice =
                    String.format(Locale.ROOT, "torch.narrow(flat, 0, %d, %d)", offset, count);
            slices.put(name, "torch.view(" + slice + ", " + shape + ")");
            offset += count;
        }
        return slices;
    }

    private String result() {
        if (graph.heads().isEmpty()) {
            return variable(graph.layers().getLast().name());
        }
        String columns =
                graph.heads().stream().map(this::scoreOf).collect(Collectors.joining(", "));
        return "torch.cat([" + columns + "], 1)";
    }

    private String scoreOf(Head head) {
        String logit = variable(head.layer());
        return switch (head.link()) {
            case SIGMOID -> "torch.sigmoid(" + logit + ")";
            case IDENTITY -> logit;
        };
    }

    private String list(List<String> layers) {
        return layers.stream().map(this::variable).collect(Collectors.joining(", "));
    }

    /// The variable that holds a layer's output.
    public String variable(String layer) {
        return Objects.requireNonNull(variables.get(layer));
    }
}
