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
import java.util.stream.Collectors;

/// A layer graph as TorchScript: `forward(x, flat) -> scores`, with all parameters in one flat vector in the order of
/// [LayerGraph#parameterNames].
final class TorchSource {
    private final LayerGraph graph;
    private final StringBuilder body = new StringBuilder();
    private final Map<String, String> variables = new HashMap<>();
    private long offset;

    private TorchSource(LayerGraph graph) {
        this.graph = graph;
        variables.put(LayerGraph.INPUT, "x");
    }

    static String of(LayerGraph graph) {
        TorchSource source = new TorchSource(graph);
        graph.layers().forEach(source::define);
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
        String name = "v" + variables.size();
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
        int out = graph.width(layer);
        int in = graph.width(input);
        String weight =
                String.format(
                        Locale.ROOT, "torch.view(%s, [%d, %d])", take((long) out * in), out, in);
        return String.format(
                Locale.ROOT, "torch.linear(%s, %s, %s)", variable(input), weight, take(out));
    }

    private String take(long count) {
        String part = String.format(Locale.ROOT, "torch.narrow(flat, 0, %d, %d)", offset, count);
        offset += count;
        return part;
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

    private String variable(String layer) {
        return Objects.requireNonNull(variables.get(layer));
    }
}
