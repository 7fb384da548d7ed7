package dev.mobula.ranking.model.torch;

import ai.djl.Model;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import dev.mobula.ranking.RankingException;
import dev.mobula.ranking.RankingException.Code;
import java.util.Map;

/*
 * The graph executor's optimiser is off. It specialises a program after its first calls, and a specialised program may
 * differ from the plain one in the last bits: a run that was resumed would differ from one that was not. The fused
 * kernels it could choose need a compiler that libtorch's binaries leave out.
 */
/// A TorchScript function that Java wrote, for programs that take gradients inside the script.
///
/// Results belong to the manager of the first argument, which should live no longer than the call's results.
public final class TorchFunction implements AutoCloseable {
    private final Model model;
    private final PtSymbolBlock block;

    private TorchFunction(Model model) {
        this.model = model;
        this.block = (PtSymbolBlock) model.getBlock();
    }

    /// Compiles a `forward` method. To be closed.
    ///
    /// @param parameters of the method, such as `x: Tensor, flat: Tensor`
    /// @param result its type, such as `List[Tensor]`
    /// @param body its lines, indented by four
    public static TorchFunction of(String parameters, String result, String body) {
        String method =
                "  def forward(self: __torch__.%s,\n      %s) -> %s:\n%s"
                        .formatted(TorchArchive.CLASS, parameters, result, body);
        return new TorchFunction(
                TorchScorer.load(TorchArchive.of(method), Map.of("trainParam", "true")));
    }

    /// Runs it with gradients recorded where the script asks for them.
    public NDList call(NDList arguments) {
        JniUtils.setGradMode(true);
        JniUtils.setGraphExecutorOptimize(false);
        try {
            return IValueUtils.forward(block, arguments, true);
        } catch (EngineException cause) {
            throw new RankingException(
                    Code.ENGINE_FAILURE, "libtorch: " + cause.getMessage(), cause);
        } finally {
            JniUtils.setGradMode(false);
        }
    }

    /// Native arrays that a manager keeps alive; for tests of leaks.
    public static int arraysIn(NDManager manager) {
        return (int) manager.getManagedArrays().stream().filter(NDArray.class::isInstance).count();
    }

    @Override
    public void close() {
        model.close();
    }
}
