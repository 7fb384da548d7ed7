package dev.mobula.ranking.model.packed;

import dev.mobula.ranking.model.Activation;
import dev.mobula.ranking.model.Head;
import dev.mobula.ranking.model.Layer;
import dev.mobula.ranking.model.LayerGraph;
import dev.mobula.ranking.model.Weights;
import dev.mobula.ranking.model.kernels.Kernels;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// A layer graph as steps over buffers. Dense layers that read the same input become one product.
final class Plan {
    private final LayerGraph graph;
    private final Weights weights;
    private final Kernels kernels;
    private final int sharedWidth;
    private final Map<String, Region> regions = new HashMap<>();
    private final List<Integer> strides = new ArrayList<>();
    private final List<Step> steps = new ArrayList<>();
    private int products;

    Plan(LayerGraph graph, int sharedWidth, Weights weights, Kernels kernels) {
        this.graph = graph;
        this.weights = weights;
        this.kernels = kernels;
        this.sharedWidth = sharedWidth;
        strides.add(Kernels.padColumns(graph.inputWidth()));
        regions.put(LayerGraph.INPUT, new Region(Region.INPUT_BUFFER, 0, graph.inputWidth()));
        graph.layers().forEach(this::place);
        List<Head> heads = graph.heads();
        for (int head = 0; head < heads.size(); head++) {
            Region logit = region(heads.get(head).layer());
            steps.add(new Step.Output(logit, head, heads.get(head).link()));
        }
        if (heads.isEmpty()) {
            steps.add(new Step.Copy(region(graph.layers().getLast().name())));
        }
    }

    List<Step> steps() {
        return List.copyOf(steps);
    }

    /// Floats per row of each buffer; the first is the model's input.
    int[] strides() {
        return strides.stream().mapToInt(Integer::intValue).toArray();
    }

    /// Multiply-adds of all products for so many rows of one request.
    long multiplyAdds(int rows) {
        long count = 0;
        for (Step step : steps) {
            if (step instanceof Step.Product it) {
                long own = (long) rows * (it.weights().depth() - it.sharedDepth());
                count += it.weights().columns() * (own + it.sharedDepth());
            }
        }
        return count;
    }

    int products() {
        return products;
    }

    private void place(Layer layer) {
        if (regions.containsKey(layer.name())) {
            return; // a dense layer that joined an earlier one
        }
        switch (layer) {
            case Layer.Columns it ->
                    regions.put(it.name(), new Region(Region.INPUT_BUFFER, it.from(), it.width()));
            case Layer.Dense it -> placeSiblings(it);
            case Layer.Cross it -> {
                Region product = allocate(it.name(), graph.width(it.name()));
                addProduct(List.of(it.name()), region(it.input()), product, List.of());
                steps.add(new Step.Cross(region(it.base()), region(it.input()), product));
            }
            case Layer.Mixture it ->
                    steps.add(
                            new Step.Mixture(
                                    region(it.gate()),
                                    regions(it.experts()),
                                    allocate(it.name(), graph.width(it.name()))));
            case Layer.Concat it ->
                    steps.add(
                            new Step.Concat(
                                    regions(it.inputs()),
                                    allocate(it.name(), graph.width(it.name()))));
            case Layer.Sum it ->
                    steps.add(
                            new Step.Sum(
                                    regions(it.inputs()),
                                    allocate(it.name(), graph.width(it.name()))));
            case Layer.Normalize it ->
                    steps.add(
                            new Step.Normalize(
                                    region(it.input()),
                                    allocate(it.name(), graph.width(it.name()))));
        }
    }

    private void placeSiblings(Layer.Dense first) {
        List<Layer.Dense> siblings = new ArrayList<>();
        for (Layer layer : graph.layers()) {
            if (layer instanceof Layer.Dense it && it.input().equals(first.input())) {
                siblings.add(it);
            }
        }
        int width = siblings.stream().mapToInt(Layer.Dense::width).sum();
        Region output = allocate(first.name(), width);
        List<Region> relu = new ArrayList<>();
        int offset = 0;
        for (Layer.Dense it : siblings) {
            Region region = new Region(output.buffer(), offset, it.width());
            regions.put(it.name(), region);
            if (it.activation() == Activation.RELU) {
                relu.add(region);
            }
            offset += it.width();
        }
        List<String> names = siblings.stream().map(Layer.Dense::name).toList();
        addProduct(names, region(first.input()), output, relu);
    }

    private void addProduct(List<String> layers, Region input, Region output, List<Region> relu) {
        int depth = input.width();
        float[] stacked = new float[output.width() * depth];
        float[] bias = new float[Kernels.padColumns(output.width()) + Kernels.COLUMN_BLOCK];
        int column = 0;
        for (String layer : layers) {
            int width = graph.width(layer);
            float[] block = weights.require(layer + ".weight", List.of(width, depth));
            System.arraycopy(block, 0, stacked, column * depth, block.length);
            System.arraycopy(
                    weights.require(layer + ".bias", List.of(width)), 0, bias, column, width);
            column += width;
        }
        boolean readsInput = input.buffer() == Region.INPUT_BUFFER;
        int shared = readsInput ? Math.clamp(sharedWidth - input.offset(), 0, depth) : 0;
        steps.add(
                new Step.Product(
                        products++,
                        kernels.pack(stacked, output.width(), depth),
                        bias,
                        input,
                        output,
                        shared,
                        List.copyOf(relu)));
    }

    private Region allocate(String layer, int width) {
        Region region = new Region(strides.size(), 0, width);
        strides.add(Kernels.padColumns(width) + Kernels.COLUMN_BLOCK);
        regions.put(layer, region);
        return region;
    }

    private Region region(String layer) {
        return Objects.requireNonNull(regions.get(layer));
    }

    private List<Region> regions(List<String> layers) {
        return layers.stream().map(this::region).toList();
    }
}
