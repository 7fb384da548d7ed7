package dev.mobula.training.checkpoint;

import dev.mobula.ranking.model.Safetensors;
import dev.mobula.ranking.model.Tensor;
import dev.mobula.ranking.model.Weights;
import dev.mobula.training.optimize.DenseOptimizer;
import dev.mobula.training.program.ParameterLayout.Slice;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The dense parameters and Adam's moments as safetensors: `<name>`, `<name>.first`, `<name>.second`.
public final class DenseFile {
    private static final String NAME = "dense.safetensors";
    private static final List<String> SUFFIXES = List.of("", ".first", ".second");

    private DenseFile() {}

    private static List<MemorySegment> parts(DenseOptimizer optimizer) {
        return List.of(
                optimizer.parameters(),
                optimizer.moments().getFirst(),
                optimizer.moments().getLast());
    }

    public static FileEntry write(Path folder, DenseOptimizer optimizer) throws IOException {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        for (Slice slice : optimizer.layout().slices()) {
            for (int part = 0; part < SUFFIXES.size(); part++) {
                float[] values =
                        slice(parts(optimizer).get(part), slice).toArray(ValueLayout.JAVA_FLOAT);
                tensors.put(slice.name() + SUFFIXES.get(part), new Tensor(slice.shape(), values));
            }
        }
        try (FileWriting file = FileWriting.create(folder, NAME)) {
            file.write(ByteBuffer.wrap(Safetensors.toBytes(Weights.of(tensors))));
            return file.finish();
        }
    }

    private static MemorySegment slice(MemorySegment whole, Slice slice) {
        return whole.asSlice(
                (long) slice.offset() * Float.BYTES, (long) slice.size() * Float.BYTES);
    }

    public static void read(Path folder, DenseOptimizer optimizer) throws IOException {
        Weights weights = Safetensors.load(folder.resolve(NAME));
        for (Slice slice : optimizer.layout().slices()) {
            for (int part = 0; part < SUFFIXES.size(); part++) {
                float[] values = weights.require(slice.name() + SUFFIXES.get(part), slice.shape());
                slice(parts(optimizer).get(part), slice).copyFrom(MemorySegment.ofArray(values));
            }
        }
    }
}
