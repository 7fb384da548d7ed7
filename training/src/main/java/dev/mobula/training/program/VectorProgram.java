package dev.mobula.training.program;

import dev.mobula.ranking.model.KernelIdentity;
import dev.mobula.ranking.model.kernels.Kernels;
import dev.mobula.training.collective.Collective;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/*
 * Backward passes are written out per layer and tested against autograd and finite differences. All products run on
 * the kernels that serve, over packed copies of weights and activations, so a step of this engine costs what its
 * floating-point operations cost; the bits do not depend on the width of the machine's vectors.
 */
/// A graph model on vectors, with hand-derived gradients, without native code.
final class VectorProgram implements Program {
    static final String ENGINE = "vector";

    private static final String VERSION = "1";

    private final GraphModel model;
    private final Kernels kernels = Kernels.ofThisMachine();
    private final Map<String, TowerPass> passes = new LinkedHashMap<>();
    private final Map<Integer, float[]> rows = new HashMap<>();
    private final Map<Integer, float[]> rowGradients = new HashMap<>();
    private final Optional<HeadsPass> heads;
    private final Optional<SoftmaxPass> softmax;

    VectorProgram(GraphModel model) {
        this.model = model;
        Scratch scratch = new Scratch(kernels);
        ProgramSpec spec = model.spec();
        for (Tower tower : model.towers()) {
            passes.put(tower.name(), new TowerPass(spec, tower, kernels, scratch));
        }
        for (int t = 0; t < spec.tables().size(); t++) {
            int size = spec.uniqueMax(t) * spec.tables().get(t).width();
            rows.put(t, new float[size]);
            rowGradients.put(t, new float[size]);
        }
        switch (model.objective()) {
            case Objective.Heads it -> {
                Tower tower = model.tower(it.tower());
                heads = Optional.of(new HeadsPass(spec, it, tower, pass(it.tower())));
                softmax = Optional.empty();
            }
            case Objective.InBatch it -> {
                heads = Optional.empty();
                softmax =
                        Optional.of(
                                new SoftmaxPass(
                                        spec,
                                        it,
                                        output(it.queryTower()),
                                        output(it.targetTower()),
                                        kernels,
                                        scratch));
            }
        }
    }

    private TowerPass pass(String tower) {
        return Objects.requireNonNull(passes.get(tower));
    }

    private Value output(String tower) {
        return pass(tower).value(model.tower(tower).output());
    }

    @Override
    public ProgramSpec spec() {
        return model.spec();
    }

    @Override
    public KernelIdentity kernel() {
        return new KernelIdentity(ENGINE, kernels.lanes(), VERSION);
    }

    @Override
    public StepLoss run(Input input, Gradients gradients, Collective peers) {
        takeRows(input);
        for (TowerPass pass : passes.values()) {
            pass.begin();
            pass.forward(input, rows);
        }
        double sum =
                heads.isPresent()
                        ? heads.get().run(input.batch())
                        : softmax.orElseThrow().run(input.batch(), peers);
        gradients.dense().fill((byte) 0);
        for (TowerPass pass : passes.values()) {
            pass.backward(input, gradients.dense(), rowGradients);
        }
        giveRows(input, gradients);
        double weight = softmax.map(SoftmaxPass::weight).orElse((double) input.batch().rows());
        return new StepLoss(sum, weight);
    }

    private void takeRows(Input input) {
        for (int t = 0; t < input.gathered().tables(); t++) {
            Gathered.Table table = input.gathered().table(t);
            int size = table.count() * table.width();
            float[] values = Objects.requireNonNull(rows.get(t));
            MemorySegment.ofArray(values)
                    .asSlice(0, (long) size * Float.BYTES)
                    .copyFrom(table.rows().asSlice(0, (long) size * Float.BYTES));
            Arrays.fill(Objects.requireNonNull(rowGradients.get(t)), 0, size, 0f);
        }
    }

    private void giveRows(Input input, Gradients gradients) {
        for (int t = 0; t < input.gathered().tables(); t++) {
            Gathered.Table table = input.gathered().table(t);
            long bytes = (long) table.count() * table.width() * Float.BYTES;
            MemorySegment from = MemorySegment.ofArray(Objects.requireNonNull(rowGradients.get(t)));
            gradients.rows(t).copyFrom(from.asSlice(0, bytes));
        }
    }

    @Override
    public void close() {
        softmax.ifPresent(SoftmaxPass::close);
    }
}
