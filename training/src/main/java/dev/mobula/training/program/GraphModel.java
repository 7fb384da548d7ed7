package dev.mobula.training.program;

import dev.mobula.ranking.model.Head;
import dev.mobula.ranking.model.LayerGraph;
import dev.mobula.ranking.model.torch.TorchSource;
import dev.mobula.training.TrainingException;
import dev.mobula.training.program.Objective.HeadLoss;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;

/// A model made of layer graphs, in a form that both engines compile: towers over the parts of a batch, and an
/// objective.
public record GraphModel(ProgramSpec spec, List<Tower> towers, Objective objective) {
    public GraphModel {
        towers = List.copyOf(towers);
        for (Tower tower : towers) {
            int width = 0;
            for (Tower.Input input : tower.inputs()) {
                width += width(spec, input);
            }
            if (width != tower.graph().inputWidth()) {
                throw TrainingException.invalid(
                        "inputs of tower '" + tower.name() + "'",
                        width + " columns",
                        "its graph reads " + tower.graph().inputWidth());
            }
        }
        switch (objective) {
            case Objective.Heads it -> it.losses().forEach(loss -> checkLoss(spec, loss));
            case Objective.InBatch it -> {
                spec.lookup(it.targetLookup());
                it.logProbability().ifPresent(spec::column);
                it.rowWeight().ifPresent(spec::column);
            }
        }
    }

    private static void checkLoss(ProgramSpec spec, HeadLoss loss) {
        spec.column(loss.label());
        loss.mask().ifPresent(spec::column);
    }

    static int width(ProgramSpec spec, Tower.Input input) {
        return switch (input) {
            case Tower.Input.Numbers it -> spec.columns().get(spec.column(it.column())).perRow();
            case Tower.Input.Embeddings it ->
                    spec.lookups().get(spec.lookup(it.lookup())).perRow()
                            * tableWidth(spec, it.lookup());
            case Tower.Input.Mean it -> tableWidth(spec, it.lookup());
        };
    }

    private static int tableWidth(ProgramSpec spec, String lookup) {
        String table = spec.lookups().get(spec.lookup(lookup)).table();
        return spec.tables().get(spec.table(table)).width();
    }

    Tower tower(String name) {
        return towers.stream()
                .filter(tower -> tower.name().equals(name))
                .findFirst()
                .orElseThrow(
                        () ->
                                TrainingException.invalid(
                                        "tower", name, "there are " + towers.size() + " others"));
    }

    static Head head(LayerGraph graph, String name) {
        return graph.heads().stream()
                .filter(head -> head.name().equals(name))
                .findFirst()
                .orElseThrow(
                        () ->
                                TrainingException.invalid(
                                        "head", name, "there are " + graph.headNames()));
    }

    /// The model in the given engine, measuring first when that is the fastest.
    public Program open(Engine engine, LongSupplier nanoClock) {
        return switch (engine) {
            case FASTEST -> new EngineChoice(this, nanoClock).open();
            case VECTOR -> toVectors();
            case SCRIPT -> toScript();
        };
    }

    /// The model on vectors, with hand-derived gradients.
    public Program toVectors() {
        return new VectorProgram(this);
    }

    /// The model in libtorch, with gradients by autograd.
    public Program toScript() {
        StringBuilder lines = new StringBuilder();
        for (Tower tower : towers) {
            lines.append(towerLines(tower));
        }
        return switch (objective) {
            case Objective.Heads it -> {
                lines.append("    loss = torch.zeros_like(rows)\n");
                it.losses().forEach(loss -> lines.append(lossLines(tower(it.tower()), loss)));
                yield ScriptProgram.of(spec, lines.toString());
            }
            case Objective.InBatch it -> {
                lines.append("    query = out_").append(it.queryTower()).append('\n');
                lines.append("    target = out_").append(it.targetTower()).append('\n');
                int width = tower(it.queryTower()).outputWidth();
                yield InBatchScript.of(spec, lines.toString(), it, width);
            }
        };
    }

    private String towerLines(Tower tower) {
        List<String> parts = new ArrayList<>();
        StringBuilder lines = new StringBuilder();
        for (Tower.Input input : tower.inputs()) {
            parts.add(
                    switch (input) {
                        case Tower.Input.Numbers it -> ScriptText.variable(it.column());
                        case Tower.Input.Embeddings it ->
                                "torch.flatten(%s, 1)".formatted(ScriptText.variable(it.lookup()));
                        case Tower.Input.Mean it -> {
                            String name = ScriptText.variable(it.lookup());
                            yield "torch.div(torch.sum(%s, [1]), torch.clamp_min(torch.sum(%s_present, [1], True), 1.))"
                                    .formatted(name, name);
                        }
                    });
        }
        String in = "in_" + tower.name();
        lines.append("    %s = torch.cat([%s], 1)\n".formatted(in, String.join(", ", parts)));
        TorchSource source =
                TorchSource.lines(
                        tower.graph(),
                        in,
                        tower.name() + "_v",
                        name -> ScriptText.variable(tower.name() + "." + name));
        lines.append(source.text());
        if (!tower.graph().layers().isEmpty()) {
            String out = source.variable(tower.output());
            lines.append("    out_%s = %s\n".formatted(tower.name(), out));
        }
        tower.graph()
                .heads()
                .forEach(
                        head ->
                                lines.append(
                                        "    head_%s = %s\n"
                                                .formatted(
                                                        ScriptText.variable(head.name()),
                                                        source.variable(head.layer()))));
        return lines.toString();
    }

    private static String lossLines(Tower tower, HeadLoss loss) {
        String logit = "head_" + ScriptText.variable(loss.head());
        String label = ScriptText.variable(loss.label());
        String each =
                switch (head(tower.graph(), loss.head()).link()) {
                    case SIGMOID ->
                            "torch.binary_cross_entropy_with_logits(%s, %s, None, None, 0)"
                                    .formatted(logit, label);
                    case IDENTITY ->
                            "torch.mul(torch.square(torch.sub(%s, %s)), 0.5)"
                                    .formatted(logit, label);
                };
        String masked =
                loss.mask()
                        .map(mask -> "torch.mul(%s, %s)".formatted(each, ScriptText.variable(mask)))
                        .orElse(each);
        return "    loss = torch.add(loss, torch.mul(torch.sum(%s), %s))\n"
                .formatted(masked, loss.weight());
    }

    /// Names of towers, for messages.
    @Override
    public String toString() {
        return towers.stream()
                .map(Tower::name)
                .collect(Collectors.joining("+", "GraphModel[", "]"));
    }
}
