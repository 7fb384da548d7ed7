package dev.mobula.training.program;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// The gradients of one step: of the flat vector, and of each table's gathered rows.
public final class Gradients {
    private static final int ALIGNMENT_BYTES = 64;

    /// Floats after the flat gradient that the loop sends along with it.
    public static final int TAIL = 2;

    private final MemorySegment dense;
    private final MemorySegment[] rows;

    public Gradients(ProgramSpec spec, Arena arena) {
        long floats = (long) spec.parameters().size() + TAIL;
        this.dense = arena.allocate(floats * Float.BYTES, ALIGNMENT_BYTES);
        this.rows = new MemorySegment[spec.tables().size()];
        for (int t = 0; t < rows.length; t++) {
            long values = (long) spec.uniqueMax(t) * spec.tables().get(t).width();
            rows[t] = arena.allocate(values * Float.BYTES, ALIGNMENT_BYTES);
        }
    }

    /// As long as the flat vector, and [#TAIL] floats that programs leave alone.
    public MemorySegment dense() {
        return dense;
    }

    /// `[count, width]` like the rows of [Gathered.Table]; what row 0 holds is ignored.
    public MemorySegment rows(int table) {
        return rows[table];
    }
}
