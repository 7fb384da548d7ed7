package dev.mobula.training.table;

import dev.mobula.training.kernels.StepKernels;
import dev.mobula.training.program.Batch;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/*
 * An index maps keys to row numbers. Rows live in chunks that never move, each row as
 *
 *     values: width weights | optimizer's state       facts: key (8 bytes) | step of its last change (4) | seconds (4)
 *
 * A table is larger than the caches: what a look-up costs is waiting for memory. So keys are looked up and rows are
 * touched some at a time before any of them is worked on, and the waits overlap; and whoever read a row tells where it
 * lay when it has to learn.
 *
 * Growing copies the index only. A row that expires goes to a free list. A new row's weights are a function of
 * seed, table and key: a key that is read before it is made reads what it will start with.
 */
/// One shard of one table. Owned by one thread at a time.
final class TableShard implements AutoCloseable {
    private static final int CHUNK_BITS = 12;
    private static final int CHUNK_ROWS = 1 << CHUNK_BITS;
    private static final int FACT_BYTES = 16;
    private static final int SWEEPS = 16;
    private static final int ABSENT = KeyIndex.ABSENT;
    private static final long ABSENT_MARK = -1;
    private static final int TOGETHER = 16;

    private final TableSpec spec;
    private final StepKernels kernels;
    private final long seed;
    private final Arena arena = Arena.ofShared();
    private final int stride;
    private final List<MemorySegment> values = new ArrayList<>();
    private final List<MemorySegment> facts = new ArrayList<>();
    private final KeyIndex index = new KeyIndex(this::key);
    private final int[] found = new int[TOGETHER];
    private int[] free = new int[16];
    private int freeCount;
    private int made;
    private final MemorySegment unknownGradient;
    private final @Nullable AdmissionSketch sketch;
    private int unknownCount;
    private long lastSweepSeconds;
    private long touched;

    TableShard(TableSpec spec, long seed, StepKernels kernels) {
        this.spec = spec;
        this.kernels = kernels;
        this.seed = KeyIndex.mix(seed + 31L * spec.name().hashCode());
        this.stride = spec.width() + spec.optimizer().stateFloats(spec.width());
        this.sketch =
                spec.admissionCount() > 1
                        ? new AdmissionSketch(spec.admissionWindowSeconds())
                        : null;
        this.unknownGradient = arena.allocate((long) spec.width() * Float.BYTES, 64);
    }

    TableSpec spec() {
        return spec;
    }

    int size() {
        return index.size();
    }

    /// The row of a key, or -1.
    int find(long key) {
        return index.find(key);
    }

    private MemorySegment chunk(int row) {
        return values.get(row >>> CHUNK_BITS);
    }

    private long at(int row) {
        return (long) (row & (CHUNK_ROWS - 1)) * stride;
    }

    private MemorySegment factsOf(int row) {
        return facts.get(row >>> CHUNK_BITS);
    }

    private static long factAt(int row) {
        return (long) (row & (CHUNK_ROWS - 1)) * FACT_BYTES;
    }

    long key(int row) {
        return factsOf(row).get(ValueLayout.JAVA_LONG, factAt(row));
    }

    /// The step that last changed the row.
    int step(int row) {
        return factsOf(row).get(ValueLayout.JAVA_INT, factAt(row) + 8);
    }

    int seconds(int row) {
        return factsOf(row).get(ValueLayout.JAVA_INT, factAt(row) + 12);
    }

    private void setFacts(int row, int step, int seconds) {
        factsOf(row).set(ValueLayout.JAVA_INT, factAt(row) + 8, step);
        factsOf(row).set(ValueLayout.JAVA_INT, factAt(row) + 12, seconds);
    }

    /// Copies a row's weights.
    void read(int row, MemorySegment into, long intoAt) {
        MemorySegment.copy(
                chunk(row),
                at(row) * Float.BYTES,
                into,
                intoAt * Float.BYTES,
                (long) spec.width() * Float.BYTES);
    }

    /// Writes the weights that a key starts with.
    void readInitial(long key, MemorySegment into, long intoAt) {
        long state = seed ^ KeyIndex.mix(key);
        float bound = (float) spec.initialBound();
        for (int j = 0; j < spec.width(); j++) {
            state += 0x9E3779B97F4A7C15L;
            float unit = (KeyIndex.mix(state) >> 40) * 0x1p-23f;
            into.setAtIndex(ValueLayout.JAVA_FLOAT, intoAt + j, unit * bound);
        }
    }

    /// Makes a row for a key that has none, or -1 when the table is full.
    private int make(long key, int step, int seconds) {
        return isFull() ? ABSENT : place(key, step, seconds);
    }

    private int place(long key, int step, int seconds) {
        int row = freeCount > 0 ? free[--freeCount] : made++;
        if (row >>> CHUNK_BITS == values.size()) {
            values.add(arena.allocate((long) CHUNK_ROWS * stride * Float.BYTES, 64));
            facts.add(arena.allocate((long) CHUNK_ROWS * FACT_BYTES, 64));
        }
        factsOf(row).set(ValueLayout.JAVA_LONG, factAt(row), key);
        setFacts(row, step, seconds);
        readInitial(key, chunk(row), at(row));
        float state =
                spec.optimizer() instanceof RowOptimizer.Adagrad it ? (float) it.initial() : 0;
        for (int j = spec.width(); j < stride; j++) {
            chunk(row).setAtIndex(ValueLayout.JAVA_FLOAT, at(row) + j, state);
        }
        index.add(key, row);
        return row;
    }

    /// Applies a gradient, summed over the batch, to a row.
    void update(int row, MemorySegment gradient, long gradientAt, RowStep step) {
        switch (spec.optimizer()) {
            case RowOptimizer.Adagrad it ->
                    kernels.adagradRow(
                            (float) (it.learningRate() * step.rateScale()),
                            (float) it.epsilon(),
                            step.scale(),
                            chunk(row),
                            at(row),
                            spec.width(),
                            gradient,
                            gradientAt);
            case RowOptimizer.Adam it ->
                    kernels.adamRow(
                            step.adam(it),
                            step.scale(),
                            chunk(row),
                            at(row),
                            spec.width(),
                            gradient,
                            gradientAt);
        }
        setFacts(row, step.step(), step.seconds());
    }

    /// Reads what a model reads for a key, and returns a mark of the row's state for [#changedSinceRead].
    long read(long key, MemorySegment into, long intoAt) {
        return read(key, find(key), into, intoAt);
    }

    /// Reads what a model reads for some of these keys, row after row, with a mark for each.
    void read(long[] keys, int from, int to, MemorySegment into, long[] marks) {
        for (int first = from; first < to; first += TOGETHER) {
            int end = Math.min(to, first + TOGETHER);
            for (int i = first; i < end; i++) {
                found[i - first] = find(keys[i]);
            }
            for (int i = first; i < end; i++) {
                touch(found[i - first]);
            }
            for (int i = first; i < end; i++) {
                marks[i] = read(keys[i], found[i - first], into, (long) i * spec.width());
            }
        }
    }

    /// What the touched bytes added up to: read by nobody, but the reads must not be optimised away.
    long touched() {
        return touched;
    }

    private void touch(int row) {
        if (row != ABSENT) {
            touched += step(row) + chunk(row).get(ValueLayout.JAVA_INT, at(row) * Float.BYTES);
        }
    }

    private long read(long key, int place, MemorySegment into, long intoAt) {
        int row = place;
        boolean readsUnknown = row == ABSENT && (spec.admissionCount() > 1 || isFull());
        if (readsUnknown) {
            row = find(Batch.UNKNOWN);
        }
        if (row == ABSENT) {
            readInitial(readsUnknown ? Batch.UNKNOWN : key, into, intoAt);
            return ABSENT_MARK;
        }
        read(row, into, intoAt);
        return readsUnknown ? ABSENT_MARK : mark(row);
    }

    private long mark(int row) {
        return ((long) row << Integer.SIZE) | Integer.toUnsignedLong(step(row));
    }

    private static int rowOf(long mark) {
        return (int) (mark >> Integer.SIZE);
    }

    /// Whether reading the key again may give something else. Rows that were absent always may.
    boolean changedSinceRead(long key, long mark) {
        int row = rowOf(mark);
        return mark == ABSENT_MARK || key(row) != key || mark(row) != mark;
    }

    private boolean isFull() {
        return size() >= spec.rowsMax();
    }

    /// Starts applying the gradients of a step.
    void begin(RowStep step) {
        unknownGradient.fill((byte) 0);
        unknownCount = 0;
        if (sketch != null) {
            sketch.advance(step.seconds());
        }
    }

    /// Applies the gradients of some of these keys, which were read with these marks. What the unknown learn is added up.
    void learn(long[] keys, long[] marks, int from, int to, MemorySegment gradients, RowStep step) {
        for (int first = from; first < to; first += TOGETHER) {
            int end = Math.min(to, first + TOGETHER);
            for (int i = first; i < end; i++) {
                int row = rowOf(marks[i]);
                found[i - first] = row != ABSENT && key(row) == keys[i] ? row : ABSENT;
                touch(found[i - first]);
            }
            for (int i = first; i < end; i++) {
                int row = found[i - first] == ABSENT ? find(keys[i]) : found[i - first];
                learn(keys[i], row, gradients, (long) i * spec.width(), step);
            }
        }
    }

    private void learn(
            long key, int place, MemorySegment gradients, long gradientAt, RowStep step) {
        int row = place;
        if (row == ABSENT && isAdmitted(key)) {
            row = make(key, step.step(), step.seconds());
        }
        if (row == ABSENT || key == Batch.UNKNOWN) {
            kernels.add(gradients, gradientAt, unknownGradient, 0, spec.width());
            unknownCount++;
        } else {
            update(row, gradients, gradientAt, step);
        }
    }

    private boolean isAdmitted(long key) {
        return key != Batch.UNKNOWN
                && (sketch == null || sketch.count(key) >= spec.admissionCount());
    }

    /// Ends the step: the unknown row learns what all unknown keys taught it.
    void end(RowStep step) {
        if (unknownCount > 0) {
            int row = find(Batch.UNKNOWN);
            row = row == ABSENT ? place(Batch.UNKNOWN, step.step(), step.seconds()) : row;
            update(row, unknownGradient, 0, step);
        }
        long age = step.seconds() - lastSweepSeconds;
        if (spec.expirySeconds() > 0 && age >= Math.max(1, spec.expirySeconds() / SWEEPS)) {
            lastSweepSeconds = step.seconds();
            expire(step.seconds() - spec.expirySeconds());
        }
    }

    /// Forgets rows that were last used before a time.
    private void expire(long beforeSeconds) {
        for (int row = 0; row < made; row++) {
            long key = key(row);
            if (key != Batch.MISSING && key != Batch.UNKNOWN && seconds(row) < beforeSeconds) {
                forget(row, key);
            }
        }
    }

    /// Takes a key out of the index and frees its row.
    private void forget(int row, long key) {
        index.remove(key, row);
        factsOf(row).set(ValueLayout.JAVA_LONG, factAt(row), Batch.MISSING);
        if (freeCount == free.length) {
            free = Arrays.copyOf(free, 2 * free.length);
        }
        free[freeCount++] = row;
    }

    int stride() {
        return stride;
    }

    Optional<AdmissionSketch> sketch() {
        return Optional.ofNullable(sketch);
    }

    long lastSweepSeconds() {
        return lastSweepSeconds;
    }

    void setLastSweepSeconds(long seconds) {
        lastSweepSeconds = seconds;
    }

    /// Writes a row with all that belongs to it.
    void export(long key, ByteBuffer out) {
        int row = find(key);
        out.putLong(key).putInt(step(row)).putInt(seconds(row));
        for (int j = 0; j < stride; j++) {
            out.putFloat(chunk(row).getAtIndex(ValueLayout.JAVA_FLOAT, at(row) + j));
        }
    }

    /// Takes in a row that was exported.
    void restore(ByteBuffer in) {
        int row = place(in.getLong(), in.getInt(), in.getInt());
        for (int j = 0; j < stride; j++) {
            chunk(row).setAtIndex(ValueLayout.JAVA_FLOAT, at(row) + j, in.getFloat());
        }
    }

    long[] keys() {
        return index.keys().toArray();
    }

    @Override
    public void close() {
        arena.close();
    }
}
