package dev.mobula.training.loop;

import dev.mobula.ranking.model.Tensor;
import dev.mobula.training.program.ParameterLayout;
import dev.mobula.training.program.ParameterLayout.Slice;
import dev.mobula.training.program.ProgramSpec;
import dev.mobula.training.table.Tables;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.LinkedHashMap;
import java.util.Map;

/// The model as it is between two steps, to evaluate or to export.
public final class ModelView {
    private final ProgramSpec spec;
    private final MemorySegment parameters;
    private final Tables tables;
    private final int step;

    ModelView(ProgramSpec spec, MemorySegment parameters, Tables tables, int step) {
        this.spec = spec;
        this.parameters = parameters;
        this.tables = tables;
        this.step = step;
    }

    /// Steps done.
    public int step() {
        return step;
    }

    public ParameterLayout layout() {
        return spec.parameters();
    }

    /// A copy of a parameter's values.
    public float[] parameter(String name) {
        Slice slice = spec.parameters().slice(name);
        return parameters
                .asSlice((long) slice.offset() * Float.BYTES, (long) slice.size() * Float.BYTES)
                .toArray(ValueLayout.JAVA_FLOAT);
    }

    /// A copy of every parameter, by name.
    public Map<String, Tensor> tensors() {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        for (Slice slice : spec.parameters().slices()) {
            tensors.put(slice.name(), new Tensor(slice.shape(), parameter(slice.name())));
        }
        return tensors;
    }

    /// Embeddings of keys, one after the other; a key without a row gives what the model would read for it.
    public float[] embeddings(String table, long... keys) {
        int index = spec.table(table);
        float[] values =
                new float[Math.multiplyExact(keys.length, spec.tables().get(index).width())];
        tables.read(index, keys, values);
        return values;
    }

    /// Every key that has a row, in no order.
    public long[] keys(String table) {
        return tables.keys(spec.table(table));
    }
}
