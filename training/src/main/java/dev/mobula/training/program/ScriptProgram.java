package dev.mobula.training.program;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import dev.mobula.ranking.model.KernelIdentity;
import dev.mobula.ranking.model.torch.TorchFunction;
import dev.mobula.ranking.model.torch.TorchRuntime;
import dev.mobula.training.collective.Collective;
import java.util.List;

/*
 * One call into libtorch per step: the script takes the flat vector and the gathered rows as they lie in our memory,
 * computes the loss and asks autograd for the gradients of both. Arrays of a step belong to a manager of that step.
 */
/// A program written as lines of TorchScript, with gradients by autograd.
///
/// The lines see every parameter, lookup (`[rows, perRow, width]`), column (`[rows, perRow]`) as a variable of its name
/// with `_` for what is no letter or digit, `<lookup>_present` (1 where there is a key), and `rows`, a scalar. They set
/// `loss`, a scalar sum, and may set `weight`, by default `rows`.
public final class ScriptProgram implements Program {
    private final ProgramSpec spec;
    private final TorchFunction function;
    private final ScriptInputs inputs;

    private ScriptProgram(ProgramSpec spec, TorchFunction function) {
        this.spec = spec;
        this.function = function;
        this.inputs = new ScriptInputs(spec);
    }

    /// Compiles the lines, each indented by four.
    public static ScriptProgram of(ProgramSpec spec, String lines) {
        ScriptText text = new ScriptText(spec, lines);
        return new ScriptProgram(
                spec, TorchFunction.of(text.arguments(), "List[Tensor]", text.body()));
    }

    @Override
    public ProgramSpec spec() {
        return spec;
    }

    @Override
    public KernelIdentity kernel() {
        return identity();
    }

    static KernelIdentity identity() {
        return new KernelIdentity("torch", 0, TorchRuntime.version());
    }

    @Override
    public StepLoss run(Input input, Gradients gradients, Collective peers) {
        try (NDManager step = inputs.begin(input.seed())) {
            NDList results = function.call(inputs.arguments(step, input));
            float sum = results.get(0).toFloatArray()[0];
            float weight = results.get(1).toFloatArray()[0];
            inputs.copyGradients(results, 2, gradients);
            return new StepLoss(sum, weight);
        }
    }

    /// Native arrays that outlive their step: none.
    List<NDArray> arraysLeft() {
        return inputs.arraysLeft();
    }

    @Override
    public void close() {
        function.close();
        inputs.close();
    }
}
