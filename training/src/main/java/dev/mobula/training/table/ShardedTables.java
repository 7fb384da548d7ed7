package dev.mobula.training.table;

import dev.mobula.training.TrainingException;
import dev.mobula.training.TrainingException.Code;
import dev.mobula.training.checkpoint.FileEntry;
import dev.mobula.training.program.Batch;
import dev.mobula.training.program.Gathered;
import dev.mobula.training.program.Gradients;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;

/// Tables whose shards live with others: one worker's view, one request per shard and step.
public final class ShardedTables implements Tables {
    private static final int PUSH_HEAD_BYTES = 2 * Integer.BYTES + 2 * Double.BYTES + Long.BYTES;

    private final List<TableSpec> specs;
    private final List<ShardPort> ports;
    private final int worker;
    private final IdentityHashMap<Gathered, int[][][]> routes = new IdentityHashMap<>();
    private final Duration patience;
    private List<byte[]> repairs = List.of();

    /// @param ports to every shard, in order
    /// @param worker rank of this worker
    /// @param patience for an answer, longer than the slowest worker evaluates or saves
    public ShardedTables(
            List<TableSpec> specs, List<ShardPort> ports, int worker, Duration patience) {
        this.patience = patience;
        this.specs = List.copyOf(specs);
        this.ports = List.copyOf(ports);
        this.worker = worker;
    }

    /// Numbers of the batch's keys by shard and table.
    private int[][][] route(Gathered gathered) {
        int[][][] numbers = new int[ports.size()][specs.size()][];
        int[] counts = new int[ports.size()];
        for (int t = 0; t < specs.size(); t++) {
            Gathered.Table table = gathered.table(t);
            Arrays.fill(counts, 0);
            for (int i = 1; i < table.count(); i++) {
                counts[ShardSet.shardOf(table.keys()[i], ports.size())]++;
            }
            for (int s = 0; s < counts.length; s++) {
                numbers[s][t] = new int[counts[s]];
            }
            Arrays.fill(counts, 0);
            for (int i = 1; i < table.count(); i++) {
                int shard = ShardSet.shardOf(table.keys()[i], ports.size());
                numbers[shard][t][counts[shard]++] = i;
            }
        }
        return numbers;
    }

    @Override
    public void pull(Gathered gathered) {
        int[][][] route = route(gathered);
        List<CompletableFuture<byte[]>> answers = new ArrayList<>();
        for (int s = 0; s < ports.size(); s++) {
            answers.add(ports.get(s).call(ShardHost.PULL, pullRequest(gathered, route[s])));
        }
        for (int t = 0; t < specs.size(); t++) {
            gathered.table(t).rows().asSlice(0, rowBytes(t)).fill((byte) 0);
        }
        for (int s = 0; s < ports.size(); s++) {
            MemorySegment rows = MemorySegment.ofArray(await(answers.get(s)));
            long at = 0;
            for (int t = 0; t < specs.size(); t++) {
                MemorySegment into = gathered.table(t).rows();
                for (int number : route[s][t]) {
                    MemorySegment.copy(rows, at, into, number * rowBytes(t), rowBytes(t));
                    at += rowBytes(t);
                }
            }
        }
        synchronized (routes) {
            routes.put(gathered, route);
        }
    }

    private long rowBytes(int table) {
        return (long) specs.get(table).width() * Float.BYTES;
    }

    private byte[] pullRequest(Gathered gathered, int[][] numbers) {
        int bytes = Integer.BYTES;
        for (int[] ofTable : numbers) {
            bytes += Integer.BYTES + ofTable.length * Long.BYTES;
        }
        ByteBuffer out = ShardCodec.allocate(bytes).putInt(worker);
        for (int t = 0; t < numbers.length; t++) {
            long[] keys = gathered.table(t).keys();
            out.putInt(numbers[t].length);
            for (int number : numbers[t]) {
                out.putLong(keys[number]);
            }
        }
        return ShardCodec.bytes(out);
    }

    private int[][][] routeOf(Gathered gathered) {
        synchronized (routes) {
            return Objects.requireNonNull(routes.get(gathered), "pull comes first");
        }
    }

    @Override
    public void push(Gathered gathered, Gradients gradients, Push push) {
        int[][][] route = routeOf(gathered);
        List<CompletableFuture<byte[]>> answers = new ArrayList<>();
        for (int s = 0; s < ports.size(); s++) {
            byte[] request = pushRequest(gradients, route[s], push);
            answers.add(ports.get(s).call(ShardHost.PUSH, request));
        }
        repairs = answers.stream().map(this::await).toList();
    }

    private byte[] pushRequest(Gradients gradients, int[][] numbers, Push push) {
        long bytes = PUSH_HEAD_BYTES;
        for (int t = 0; t < numbers.length; t++) {
            bytes += numbers[t].length * rowBytes(t);
        }
        ByteBuffer out = ShardCodec.allocate(Math.toIntExact(bytes));
        out.putInt(worker).putInt(push.step()).putDouble(push.weight());
        out.putDouble(push.rateScale()).putLong(push.timeSeconds());
        MemorySegment into = MemorySegment.ofArray(ShardCodec.bytes(out));
        long at = PUSH_HEAD_BYTES;
        for (int t = 0; t < numbers.length; t++) {
            for (int number : numbers[t]) {
                MemorySegment.copy(gradients.rows(t), number * rowBytes(t), into, at, rowBytes(t));
                at += rowBytes(t);
            }
        }
        return ShardCodec.bytes(out);
    }

    @Override
    public void repair(Gathered gathered) {
        int[][][] route = routeOf(gathered);
        for (int s = 0; s < repairs.size(); s++) {
            ByteBuffer in = ShardCodec.wrap(repairs.get(s));
            for (int t = 0; in.hasRemaining() && t < specs.size(); t++) {
                int count = in.getInt();
                for (int i = 0; i < count; i++) {
                    int number = route[s][t][in.getInt()];
                    MemorySegment.copy(
                            MemorySegment.ofArray(ShardCodec.bytes(in)),
                            in.position(),
                            gathered.table(t).rows(),
                            number * rowBytes(t),
                            rowBytes(t));
                    in.position(in.position() + (int) rowBytes(t));
                }
            }
        }
        repairs = List.of();
    }

    @Override
    public void read(int table, long[] keys, float[] into) {
        int width = specs.get(table).width();
        for (int s = 0; s < ports.size(); s++) {
            int shard = s;
            int[] places =
                    IntStream.range(0, keys.length)
                            .filter(i -> keys[i] != Batch.MISSING)
                            .filter(i -> ShardSet.shardOf(keys[i], ports.size()) == shard)
                            .toArray();
            ByteBuffer request = ShardCodec.allocate(Integer.BYTES + places.length * Long.BYTES);
            request.putInt(table);
            for (int place : places) {
                request.putLong(keys[place]);
            }
            ByteBuffer rows =
                    ShardCodec.wrap(
                            await(ports.get(s).call(ShardHost.READ, ShardCodec.bytes(request))));
            for (int place : places) {
                rows.asFloatBuffer().get(into, place * width, width);
                rows.position(rows.position() + width * Float.BYTES);
            }
        }
        for (int i = 0; i < keys.length; i++) {
            if (keys[i] == Batch.MISSING) {
                Arrays.fill(into, i * width, (i + 1) * width, 0f);
            }
        }
    }

    @Override
    public long[] keys(int table) {
        byte[] request = ShardCodec.bytes(ShardCodec.allocate(Integer.BYTES).putInt(table));
        return all(ShardHost.KEYS, request).stream()
                .map(ShardCodec::wrap)
                .flatMapToLong(
                        in -> {
                            long[] keys = new long[in.remaining() / Long.BYTES];
                            in.asLongBuffer().get(keys);
                            return Arrays.stream(keys);
                        })
                .toArray();
    }

    private List<byte[]> all(int op, byte[] request) {
        List<CompletableFuture<byte[]>> answers = new ArrayList<>();
        ports.forEach(port -> answers.add(port.call(op, request)));
        return answers.stream().map(this::await).toList();
    }

    @Override
    public int shards() {
        return ports.size();
    }

    @Override
    public List<FileEntry> save(Path folder) throws IOException {
        byte[] path = folder.toAbsolutePath().toString().getBytes(StandardCharsets.UTF_8);
        byte[] request =
                ShardCodec.bytes(
                        ShardCodec.allocate(Integer.BYTES + path.length)
                                .putInt(path.length)
                                .put(path));
        try {
            return all(ShardHost.SAVE, request).stream()
                    .flatMap(answer -> ShardCodec.files(ShardCodec.wrap(answer)).stream())
                    .toList();
        } catch (TrainingException failed) {
            throw new IOException(failed.getMessage(), failed);
        }
    }

    @Override
    public void load(Path folder, int savedShards) {
        all(
                ShardHost.LOAD,
                ShardCodec.bytes(ShardCodec.load(folder.toAbsolutePath(), savedShards)));
    }

    private byte[] await(CompletableFuture<byte[]> answer) {
        try {
            return answer.get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | CompletionException failed) {
            if (failed.getCause() instanceof TrainingException cause) {
                throw cause;
            }
            throw new TrainingException(Code.LOST, "a table shard: " + failed.getMessage(), failed);
        } catch (TimeoutException late) {
            throw new TrainingException(
                    Code.LOST, "a table shard did not answer within " + patience, late);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new TrainingException(
                    Code.CLOSED, "interrupted while waiting for a table shard", interrupted);
        }
    }

    @Override
    public void close() {}
}
