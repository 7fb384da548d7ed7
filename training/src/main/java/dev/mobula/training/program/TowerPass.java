package dev.mobula.training.program;

import dev.mobula.ranking.model.Activation;
import dev.mobula.ranking.model.Layer;
import dev.mobula.ranking.model.LayerGraph;
import dev.mobula.ranking.model.kernels.Kernels;
import dev.mobula.training.kernels.LayerKernels;
import dev.mobula.training.program.ParameterLayout.Slice;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// A tower compiled to steps over buffers of its own: forward in order, backward in reverse.
final class TowerPass {
    private final ProgramSpec spec;
    private final Tower tower;
    private final Kernels kernels;
    private final LayerKernels layerKernels = LayerKernels.ofThisMachine();
    private final Scratch scratch;
    private final Map<String, Value> values = new LinkedHashMap<>();
    private final List<PassStep> steps = new ArrayList<>();
    private final TowerInput input;

    TowerPass(ProgramSpec spec, Tower tower, Kernels kernels, Scratch scratch) {
        this.spec = spec;
        this.tower = tower;
        this.kernels = kernels;
        this.scratch = scratch;
        Value x = Value.create(spec.rowsMax(), tower.graph().inputWidth());
        values.put(LayerGraph.INPUT, x);
        this.input = new TowerInput(spec, tower, x);
        for (Layer layer : tower.graph().layers()) {
            if (!values.containsKey(layer.name())) {
                steps.add(compile(layer));
            }
        }
    }

    /// What a layer gives.
    Value value(String layer) {
        return Objects.requireNonNull(values.get(layer));
    }

    private Value define(String layer, int width) {
        Value value = Value.create(spec.rowsMax(), width);
        values.put(layer, value);
        return value;
    }

    private List<Value> values(List<String> layers) {
        return layers.stream().map(this::value).toList();
    }

    private PassStep compile(Layer layer) {
        int width = tower.graph().width(layer.name());
        return switch (layer) {
            case Layer.Dense it -> product(it.input());
            case Layer.Cross it ->
                    new PassStep.Cross(
                            linear(List.of(it.name())),
                            value(it.base()),
                            value(it.input()),
                            Value.create(spec.rowsMax(), width),
                            define(it.name(), width));
            case Layer.Mixture it ->
                    new PassStep.Mixture(
                            layerKernels,
                            value(it.gate()),
                            values(it.experts()),
                            Value.create(spec.rowsMax(), it.experts().size()),
                            define(it.name(), width));
            case Layer.Columns it ->
                    new PassStep.Columns(
                            value(LayerGraph.INPUT), it.from(), define(it.name(), width));
            case Layer.Concat it ->
                    new PassStep.Concat(values(it.inputs()), define(it.name(), width));
            case Layer.Sum it -> new PassStep.Sum(values(it.inputs()), define(it.name(), width));
            case Layer.Normalize it ->
                    new PassStep.Normalize(
                            layerKernels,
                            value(it.input()),
                            define(it.name(), width),
                            new float[spec.rowsMax()]);
        };
    }

    /// All dense layers that read this input, as one product.
    private PassStep product(String of) {
        List<Layer.Dense> members = new ArrayList<>();
        for (Layer layer : tower.graph().layers()) {
            if (layer instanceof Layer.Dense dense && dense.input().equals(of)) {
                members.add(dense);
            }
        }
        Linear linear = linear(members.stream().map(Layer.Dense::name).toList());
        Value whole = Value.create(spec.rowsMax(), linear.out());
        List<Value> outputs = new ArrayList<>();
        List<Value> clipped = new ArrayList<>();
        int column = 0;
        for (Layer.Dense member : members) {
            Value part = whole.part(column, member.width());
            values.put(member.name(), part);
            outputs.add(part);
            if (member.activation() == Activation.RELU) {
                clipped.add(part);
            }
            column += member.width();
        }
        return new PassStep.Product(layerKernels, linear, value(of), whole, outputs, clipped);
    }

    private Linear linear(List<String> layers) {
        return new Linear(
                kernels, scratch, slices(layers, "weight"), slices(layers, "bias"), spec.rowsMax());
    }

    private List<Slice> slices(List<String> layers, String kind) {
        return layers.stream()
                .map(layer -> spec.parameters().slice(tower.name() + "." + layer + "." + kind))
                .toList();
    }

    void forward(Program.Input given, Map<Integer, float[]> rows) {
        steps.forEach(step -> step.load(given.parameters()));
        input.fill(given, rows);
        for (PassStep step : steps) {
            step.forward(given.batch().rows());
        }
    }

    /// Forgets the gradients of the last step; the loss sets those it gives next.
    void begin() {
        values.values().forEach(Value::forgetGradient);
    }

    /// Takes the gradients that the loss set back to the parameters and the gathered rows.
    void backward(Program.Input given, MemorySegment flatGradient, Map<Integer, float[]> rows) {
        int count = given.batch().rows();
        for (PassStep step : steps.reversed()) {
            step.backward(count, flatGradient);
        }
        input.spread(given, rows);
    }
}
