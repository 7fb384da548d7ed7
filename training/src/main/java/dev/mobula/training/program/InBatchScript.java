package dev.mobula.training.program;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import dev.mobula.ranking.model.KernelIdentity;
import dev.mobula.ranking.model.torch.TorchFunction;
import dev.mobula.training.collective.Collective;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Locale;

/*
 * A batch of one worker runs as one script. Among several the towers run first and stay recorded; targets travel to
 * all, a second script takes the softmax over them and gives the gradients of own queries and of all targets; those of
 * a target are summed at its owner, and a third script pulls both through the recorded towers. Nothing is computed
 * twice, and every target is a negative for every query of the global batch.
 */
/// An in-batch softmax in libtorch, over the global batch.
final class InBatchScript implements Program {
    private final ProgramSpec spec;
    private final ScriptInputs inputs;
    private final InBatchShare share;
    private final TorchFunction whole;
    private final TorchFunction encode;
    private final TorchFunction contrast;
    private final TorchFunction pull;
    private final int width;

    private InBatchScript(ProgramSpec spec, String lines, Objective.InBatch objective, int width) {
        this.spec = spec;
        this.inputs = new ScriptInputs(spec);
        this.share = new InBatchShare(spec, objective);
        this.width = width;
        ScriptText text = new ScriptText(spec, lines);
        String softmax = softmax(1 / objective.temperature());
        String facts =
                "keys: Tensor, all_keys: Tensor, places: Tensor, biases: Tensor, weights: Tensor";
        this.whole =
                TorchFunction.of(
                        text.arguments() + ", " + facts,
                        "List[Tensor]",
                        new ScriptText(spec, lines + "    targets = target\n" + softmax)
                                .bodyOfSlopes());
        this.encode = TorchFunction.of(text.arguments(), "List[Tensor]", text.recorded());
        this.contrast =
                TorchFunction.of(
                        "query: Tensor, targets: Tensor, " + facts,
                        "List[Tensor]",
                        softmax
                                + """
                                    return [torch.view(loss, [1]), of_query, of_targets]
                                """);
        this.pull = TorchFunction.of(text.pullArguments(), "List[Tensor]", text.pull());
    }

    /// Loss and gradients without a record of how they came about: autograd would pass over the matrix of logits a dozen
    /// times, this does so five times.
    private static String softmax(double factor) {
        return String.format(
                Locale.ROOT,
                """
                    asked = torch.mul(torch.detach(query), %.9g)
                    known = torch.detach(targets)
                    own = torch.unsqueeze(places, 1)
                    same = torch.eq(torch.unsqueeze(keys, 1), torch.unsqueeze(all_keys, 0))
                    slopes = torch.masked_fill(torch.unsqueeze(torch.neg(biases), 0), same, -1e30)
                    own_bias = torch.unsqueeze(torch.neg(torch.index_select(biases, 0, places)), 1)
                    slopes = torch.scatter_(slopes, 1, own, own_bias)
                    slopes = torch.addmm_(slopes, asked, torch.t(known))
                    slopes = torch.log_softmax(slopes, 1)
                    loss = torch.neg(torch.dot(torch.squeeze(torch.gather(slopes, 1, own), 1), weights))
                    slopes = torch.exp_(slopes)
                    slopes = torch.scatter_add_(slopes, 1, own, torch.full_like(own_bias, -1.))
                    weigh = torch.unsqueeze(weights, 1)
                    of_query = torch.mul(torch.mul(torch.mm(slopes, known), weigh), %.9g)
                    of_targets = torch.mm(torch.t(slopes), torch.mul(asked, weigh))
                """,
                factor,
                factor);
    }

    static InBatchScript of(
            ProgramSpec spec, String lines, Objective.InBatch objective, int width) {
        return new InBatchScript(spec, lines, objective, width);
    }

    @Override
    public ProgramSpec spec() {
        return spec;
    }

    @Override
    public KernelIdentity kernel() {
        return ScriptProgram.identity();
    }

    @Override
    public StepLoss run(Input input, Gradients gradients, Collective peers) {
        share.gather(input.batch(), peers);
        try (NDManager step = inputs.begin(input.seed())) {
            double sum =
                    peers.size() == 1
                            ? runWhole(step, input, gradients)
                            : runShared(step, input, gradients, peers);
            return new StepLoss(sum, share.weight());
        }
    }

    private NDList facts(NDManager step, NDList arguments) {
        long rows = share.rows();
        long all = share.all();
        arguments.add(ScriptInputs.array(step, share.keys(), DataType.INT64, rows));
        arguments.add(ScriptInputs.array(step, share.allKeys(), DataType.INT64, all));
        arguments.add(ScriptInputs.array(step, share.places(), DataType.INT64, rows));
        arguments.add(ScriptInputs.array(step, share.biases(), DataType.FLOAT32, all));
        arguments.add(ScriptInputs.array(step, share.weights(), DataType.FLOAT32, rows));
        return arguments;
    }

    private double runWhole(NDManager step, Input input, Gradients gradients) {
        NDList results = whole.call(facts(step, inputs.arguments(step, input)));
        inputs.copyGradients(results, 2, gradients);
        return results.get(0).toFloatArray()[0];
    }

    private double runShared(NDManager step, Input input, Gradients gradients, Collective peers) {
        NDList recorded = encode.call(inputs.arguments(step, input));
        NDArray query = recorded.get(0);
        NDArray target = recorded.get(1);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment mine = arena.allocate((long) spec.rowsMax() * width * Float.BYTES, 64);
            MemorySegment all = arena.allocate(mine.byteSize() * peers.size(), 64);
            ScriptInputs.copy(target, mine);
            peers.allGather(mine, all);
            NDArray targets = ScriptInputs.array(step, all, DataType.FLOAT32, share.all(), width);
            NDList slopes = contrast.call(facts(step, new NDList(query, targets)));
            ScriptInputs.copy(slopes.get(2), all);
            peers.reduceScatter(all, mine);
            NDArray ofTarget =
                    ScriptInputs.array(step, mine, DataType.FLOAT32, share.rows(), width);
            NDList arguments = new NDList(query, target, slopes.get(1), ofTarget);
            arguments.addAll(recorded.subNDList(2));
            inputs.copyGradients(pull.call(arguments), 0, gradients);
            return slopes.get(0).toFloatArray()[0];
        }
    }

    @Override
    public void close() {
        whole.close();
        encode.close();
        contrast.close();
        pull.close();
        inputs.close();
        share.close();
    }
}
