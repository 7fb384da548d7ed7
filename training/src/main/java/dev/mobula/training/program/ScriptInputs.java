package dev.mobula.training.program;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.JniUtils;
import dev.mobula.ranking.model.torch.TorchRuntime;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/*
 * Columns come first among the arguments and the long-lived vector last: results attach to the manager of the first,
 * which is the step's and closed with it.
 */
/// A step's inputs as arrays of libtorch, over our memory, and its gradients back.
final class ScriptInputs implements AutoCloseable {
    private static final int ALIGNMENT_BYTES = 64;

    private final ProgramSpec spec;
    private final NDManager manager = TorchRuntime.newManager();
    private final Arena arena = Arena.ofShared();
    private final MemorySegment[] columns;
    private final MemorySegment[] indexes;

    ScriptInputs(ProgramSpec spec) {
        this.spec = spec;
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

    /// Starts a step: its random choices, and the manager of its arrays, which the caller closes.
    NDManager begin(long seed) {
        JniUtils.setSeed(seed);
        return manager.newSubManager();
    }

    /// In the order of [ScriptText#arguments].
    NDList arguments(NDManager step, Program.Input input) {
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
    static NDArray array(NDManager manager, MemorySegment segment, DataType type, long... shape) {
        long bytes = new Shape(shape).size() * type.getNumOfBytes();
        ByteBuffer buffer = segment.asSlice(0, bytes).asByteBuffer().order(ByteOrder.nativeOrder());
        return manager.create(buffer, new Shape(shape), type);
    }

    static void copy(NDArray from, MemorySegment into) {
        ByteBuffer bytes = from.toByteBuffer(true);
        into.asSlice(0, bytes.remaining()).copyFrom(MemorySegment.ofBuffer(bytes));
    }

    /// Takes the gradients of the flat vector and of each table, from a place in the results on.
    void copyGradients(NDList results, int at, Gradients gradients) {
        copy(results.get(at), gradients.dense());
        for (int t = 0; t < spec.tables().size(); t++) {
            copy(results.get(at + 1 + t), gradients.rows(t));
        }
    }

    /// Native arrays that outlive their step: none.
    List<NDArray> arraysLeft() {
        return manager.getManagedArrays();
    }

    @Override
    public void close() {
        manager.close();
        arena.close();
    }
}
