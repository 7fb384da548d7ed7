package dev.mobula.training.program;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.JniUtils;
import dev.mobula.ranking.model.KernelIdentity;
import dev.mobula.ranking.model.torch.TorchFunction;
import dev.mobula.ranking.model.torch.TorchRuntime;
import dev.mobula.training.collective.Collective;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/*
 * One call into libtorch per step: the script takes the flat vector and the gathered rows as they lie in our memory,
 * computes the loss and asks autograd for the gradients of both. Arrays of a step belong to a manager of that step.
 * The columns come first among the arguments and the long-lived vector last: results attach to the manager of the
 * first.
 */
/// A program written as lines of TorchScript, with gradients by autograd.
///
/// The lines see every parameter, lookup (`[rows, perRow, width]`), column (`[rows, perRow]`) as a variable of its name
/// with `_` for what is no letter or digit, `<lookup>_present` (1 where there is a key), and `rows`, a scalar. They set
/// `loss`, a scalar sum, and may set `weight`, by default `rows`.
public final class ScriptProgram implements Program {
    private static final int ALIGNMENT_BYTES = 64;

    private final ProgramSpec spec;
    private final TorchFunction function;
    private final NDManager manager = TorchRuntime.newManager();
    private final Arena arena = Arena.ofShared();
    private final MemorySegment[] columns;
    private final MemorySegment[] indexes;

    private ScriptProgram(ProgramSpec spec, TorchFunction function) {
        this.spec = spec;
        this.function = function;
        this.columns = new MemorySegment[spec.columns().size()];
        for (int i = 0; i < columns.length; i++) {
            columns[i] = staging(spec.columns().get(i).perRow());
        }
        this.indexes = new MemorySegment[spec.lookups().size()];
        for (int i = 0; i < indexes.length; i++) {
            indexes[i] = staging(spec.lookups().get(i).perRow());
        }
    }

    private MemorySegment staging(int perRow) {
        return arena.allocate((long) spec.rowsMax() * perRow * Float.BYTES, ALIGNMENT_BYTES);
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
        return new KernelIdentity("torch", 0, TorchRuntime.version());
    }

    @Override
    public StepLoss run(Input input, Gradients gradients, Collective peers) {
        JniUtils.setSeed(input.seed());
        try (NDManager step = manager.newSubManager()) {
            NDList results = function.call(arguments(step, input));
            float sum = results.get(0).toFloatArray()[0];
            float weight = results.get(1).toFloatArray()[0];
            copy(results.get(2), gradients.dense());
            for (int t = 0; t < spec.tables().size(); t++) {
                copy(results.get(3 + t), gradients.rows(t));
            }
            return new StepLoss(sum, weight);
        }
    }

    private NDList arguments(NDManager step, Input input) {
        Batch batch = input.batch();
        int rows = batch.rows();
        NDList arguments = new NDList();
        arguments.add(step.create(new float[] {rows}, new Shape(1)));
        for (int i = 0; i < columns.length; i++) {
            int perRow = spec.columns().get(i).perRow();
            long bytes = (long) rows * perRow * Float.BYTES;
            MemorySegment.copy(MemorySegment.ofArray(batch.column(i)), 0, columns[i], 0, bytes);
            arguments.add(array(step, columns[i], DataType.FLOAT32, rows, perRow));
        }
        for (int i = 0; i < indexes.length; i++) {
            int perRow = spec.lookups().get(i).perRow();
            long bytes = (long) rows * perRow * Integer.BYTES;
            int[] index = input.gathered().index(i);
            MemorySegment.copy(MemorySegment.ofArray(index), 0, indexes[i], 0, bytes);
            arguments.add(array(step, indexes[i], DataType.INT32, rows, perRow));
        }
        for (int t = 0; t < spec.tables().size(); t++) {
            Gathered.Table table = input.gathered().table(t);
            arguments.add(
                    array(step, table.rows(), DataType.FLOAT32, table.count(), table.width()));
        }
        long size = spec.parameters().size();
        arguments.add(array(step, input.parameters(), DataType.FLOAT32, size));
        return arguments;
    }

    /// The segment's memory as an array, without a copy.
    private static NDArray array(
            NDManager manager, MemorySegment segment, DataType type, long... shape) {
        long size = new Shape(shape).size();
        ByteBuffer bytes =
                segment.asSlice(0, size * Float.BYTES)
                        .asByteBuffer()
                        .order(ByteOrder.nativeOrder());
        return manager.create(bytes, new Shape(shape), type);
    }

    private static void copy(NDArray from, MemorySegment into) {
        ByteBuffer bytes = from.toByteBuffer(true);
        into.asSlice(0, bytes.remaining()).copyFrom(MemorySegment.ofBuffer(bytes));
    }

    /// Native arrays that outlive their step: none.
    List<NDArray> arraysLeft() {
        return manager.getManagedArrays();
    }

    @Override
    public void close() {
        function.close();
        manager.close();
        arena.close();
    }
}
