package dev.mobula.training.table;

import dev.mobula.training.TrainingException;
import dev.mobula.training.TrainingException.Code;
import dev.mobula.training.kernels.StepKernels;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/*
 *   PULL   worker, per table: count, keys                 ->  per table: rows
 *   PUSH   worker, step, weight, rate scale, seconds, per table: gradients of the oldest pull that was not pushed
 *                                                         ->  per table: count, (place in the next pull, row)*
 *
 * A push waits until every worker has pushed the step. Then the gradients of a key are added up in order of rank and
 * applied once, so the outcome depends on the number of workers and on nothing else. The answer carries the rows of the
 * worker's next batch that the step changed, when it had pulled that batch already.
 */
/// One shard of every table, serving the workers of a run. Thread-safe.
public final class ShardHost implements AutoCloseable {
    public static final int PULL = 1;
    public static final int PUSH = 2;
    public static final int READ = 3;
    public static final int KEYS = 4;
    public static final int SAVE = 5;
    public static final int LOAD = 6;

    /// Ends what workers wait for, now and later, with an error.
    public static final int ABORT = 7;

    private static final int PULLS_MAX = 2;
    private static final int PULL_KEYS_MAX = 1 << 24;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition applied = lock.newCondition();
    private final ShardSet shards;
    private final List<TableSpec> specs;
    private final StepKernels kernels;
    private final int workers;
    private final long patienceNanos;
    private final List<Deque<long[][]>> pulled = new ArrayList<>();
    private final List<Deque<long[][]>> marks = new ArrayList<>();
    private final byte[][] pushed;
    private int waiting;
    private long rounds;
    private boolean lost;

    /// @param index of this shard among `count`
    /// @param patience for all workers to push a step
    public ShardHost(
            List<TableSpec> specs,
            int index,
            int count,
            int workers,
            long seed,
            Duration patience,
            StepKernels kernels) {
        this.shards = new ShardSet(specs, index, count, seed, kernels);
        this.specs = List.copyOf(specs);
        this.kernels = kernels;
        this.workers = workers;
        this.patienceNanos = patience.toNanos();
        this.pushed = new byte[workers][];
        for (int worker = 0; worker < workers; worker++) {
            pulled.add(new ArrayDeque<>());
            marks.add(new ArrayDeque<>());
        }
    }

    /// Answers a request of one of the operations above.
    public byte[] call(int op, byte[] body) throws IOException {
        ByteBuffer in = ShardCodec.wrap(body);
        return switch (op) {
            case PULL -> pull(in);
            case PUSH -> push(in, body);
            case READ -> read(in);
            case KEYS -> keys(in.getInt());
            case SAVE -> save(Path.of(ShardCodec.text(in)));
            case LOAD -> load(in);
            case ABORT -> {
                abort();
                yield new byte[0];
            }
            default -> throw TrainingException.invalid("op", op, "tables have no such operation");
        };
    }

    private int worker(ByteBuffer in) {
        int worker = in.getInt();
        if (worker < 0 || worker >= workers) {
            throw TrainingException.invalid("worker", worker, "there are " + workers);
        }
        return worker;
    }

    private byte[] pull(ByteBuffer in) {
        int worker = worker(in);
        long[][] keys = new long[specs.size()][];
        int floats = 0;
        for (int t = 0; t < keys.length; t++) {
            int count = in.getInt();
            if (count < 0 || count > PULL_KEYS_MAX) {
                throw TrainingException.invalid("keys", count, "must be 0.." + PULL_KEYS_MAX);
            }
            keys[t] = new long[count];
            in.asLongBuffer().get(keys[t]);
            in.position(in.position() + count * Long.BYTES);
            floats = Math.addExact(floats, Math.multiplyExact(count, specs.get(t).width()));
        }
        byte[] answer = new byte[Math.multiplyExact(floats, Float.BYTES)];
        MemorySegment rows = MemorySegment.ofArray(new float[floats]);
        lock.lock();
        try {
            if (pulled.get(worker).size() == PULLS_MAX) {
                throw TrainingException.invalid(
                        "pulls of worker " + worker, PULLS_MAX, "push before pulling more");
            }
            long[][] seen = new long[keys.length][];
            long at = 0;
            for (int t = 0; t < keys.length; t++) {
                int count = keys[t].length;
                seen[t] = new long[count];
                shards.table(t).read(keys[t], 0, count, rows.asSlice(at), seen[t]);
                at += (long) count * specs.get(t).width() * Float.BYTES;
            }
            pulled.get(worker).add(keys);
            marks.get(worker).add(seen);
        } finally {
            lock.unlock();
        }
        MemorySegment.ofArray(answer).copyFrom(rows);
        return answer;
    }

    private byte[] push(ByteBuffer in, byte[] body) throws IOException {
        int worker = worker(in);
        int pushedStep = in.getInt();
        lock.lock();
        try {
            if (pulled.get(worker).isEmpty() || pushed[worker] != null) {
                throw TrainingException.invalid("push of worker " + worker, pushedStep, "no pull");
            }
            pushed[worker] = body;
            waiting++;
            if (waiting == workers) {
                apply();
                waiting = 0;
                Arrays.fill(pushed, null);
                rounds++;
                applied.signalAll();
            } else {
                awaitRound(rounds, pushedStep);
            }
            pulled.get(worker).remove();
            marks.get(worker).remove();
            return repairs(worker);
        } finally {
            lock.unlock();
        }
    }

    private void awaitRound(long round, int pushedStep) throws IOException {
        long left = patienceNanos;
        try {
            while (rounds == round && !lost) {
                if (left <= 0) {
                    abort();
                }
                left = applied.awaitNanos(left);
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted at step " + pushedStep, interrupted);
        }
        if (rounds == round) {
            throw new TrainingException(
                    Code.LOST,
                    "step %d: %d of %d workers pushed within %d s"
                            .formatted(
                                    pushedStep,
                                    waiting,
                                    workers,
                                    TimeUnit.NANOSECONDS.toSeconds(patienceNanos)));
        }
    }

    /// Ends what workers wait for, now and later, with an error.
    public void abort() {
        lock.lock();
        try {
            lost = true;
            applied.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// Adds every key's gradients up, in order of rank, and applies them.
    private void apply() {
        ByteBuffer[] bodies = new ByteBuffer[workers];
        double weight = 0;
        double rateScale = 0;
        long seconds = 0;
        int pushedStep = 0;
        for (int worker = 0; worker < workers; worker++) {
            ByteBuffer in = ShardCodec.wrap(pushed[worker]);
            in.getInt();
            pushedStep = in.getInt();
            weight += in.getDouble();
            rateScale = in.getDouble();
            seconds = Math.max(seconds, in.getLong());
            bodies[worker] = in;
        }
        RowStep rowStep =
                RowStep.of(new Tables.Push(pushedStep, weight, rateScale, seconds), weight);
        for (int t = 0; t < specs.size(); t++) {
            apply(t, bodies, rowStep);
        }
    }

    private void apply(int table, ByteBuffer[] bodies, RowStep rowStep) {
        int width = specs.get(table).width();
        int most = 1;
        for (Deque<long[][]> batches : pulled) {
            most += batches.element()[table].length;
        }
        KeyNumbers numbers = new KeyNumbers(most);
        long[] seen = new long[most];
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment sums = arena.allocate((long) most * width * Float.BYTES, 64);
            for (int worker = 0; worker < workers; worker++) {
                long[] keys = pulled.get(worker).element()[table];
                long[] marked = marks.get(worker).element()[table];
                ByteBuffer body = bodies[worker];
                int bytes = keys.length * width * Float.BYTES;
                MemorySegment gradients = arena.allocate(Math.max(1, bytes), 64);
                MemorySegment.copy(
                        MemorySegment.ofArray(ShardCodec.bytes(body)),
                        body.position(),
                        gradients,
                        0,
                        bytes);
                body.position(body.position() + bytes);
                for (int i = 0; i < keys.length; i++) {
                    int number = numbers.number(keys[i]);
                    seen[number] = marked[i];
                    kernels.add(gradients, (long) i * width, sums, (long) number * width, width);
                }
            }
            TableShard shard = shards.table(table);
            shard.begin(rowStep);
            shard.learn(numbers.keys(), seen, 1, numbers.count(), sums, rowStep);
            shard.end(rowStep);
        }
    }

    /// Rows of the worker's next batch that are no longer what it read.
    private byte[] repairs(int worker) {
        long[][] keys = pulled.get(worker).peek();
        long[][] seen = marks.get(worker).peek();
        if (keys == null || seen == null) {
            return new byte[0];
        }
        int bytes = 0;
        int[] counts = new int[keys.length];
        for (int t = 0; t < keys.length; t++) {
            for (int i = 0; i < keys[t].length; i++) {
                if (shards.table(t).changedSinceRead(keys[t][i], seen[t][i])) {
                    counts[t]++;
                }
            }
            bytes +=
                    Integer.BYTES
                            + counts[t] * (Integer.BYTES + specs.get(t).width() * Float.BYTES);
        }
        ByteBuffer out = ShardCodec.allocate(bytes);
        for (int t = 0; t < keys.length; t++) {
            out.putInt(counts[t]);
            float[] row = new float[specs.get(t).width()];
            for (int i = 0; i < keys[t].length; i++) {
                if (shards.table(t).changedSinceRead(keys[t][i], seen[t][i])) {
                    seen[t][i] = shards.table(t).read(keys[t][i], MemorySegment.ofArray(row), 0);
                    out.putInt(i);
                    out.asFloatBuffer().put(row);
                    out.position(out.position() + row.length * Float.BYTES);
                }
            }
        }
        return ShardCodec.bytes(out);
    }

    private byte[] read(ByteBuffer in) {
        int table = in.getInt();
        int width = specs.get(table).width();
        long[] keys = new long[in.remaining() / Long.BYTES];
        in.asLongBuffer().get(keys);
        float[] rows = new float[keys.length * width];
        lock.lock();
        try {
            MemorySegment into = MemorySegment.ofArray(rows);
            shards.table(table).read(keys, 0, keys.length, into, new long[keys.length]);
        } finally {
            lock.unlock();
        }
        ByteBuffer out = ShardCodec.allocate(rows.length * Float.BYTES);
        out.asFloatBuffer().put(rows);
        return ShardCodec.bytes(out);
    }

    private byte[] keys(int table) {
        lock.lock();
        try {
            long[] keys = shards.table(table).keys();
            ByteBuffer out = ShardCodec.allocate(keys.length * Long.BYTES);
            out.asLongBuffer().put(keys);
            return ShardCodec.bytes(out);
        } finally {
            lock.unlock();
        }
    }

    private byte[] save(Path folder) throws IOException {
        lock.lock();
        try {
            ByteBuffer files = ShardCodec.files(shards.save(folder));
            return Arrays.copyOf(ShardCodec.bytes(files), files.limit());
        } finally {
            lock.unlock();
        }
    }

    private byte[] load(ByteBuffer in) throws IOException {
        int savedShards = in.getInt();
        Path folder = Path.of(ShardCodec.text(in));
        lock.lock();
        try {
            shards.load(folder, savedShards);
            return new byte[0];
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        abort();
        lock.lock();
        try {
            shards.close();
        } finally {
            lock.unlock();
        }
    }
}
