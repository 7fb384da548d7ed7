package dev.mobula.training.table;

import dev.mobula.training.checkpoint.FileEntry;
import dev.mobula.training.kernels.StepKernels;
import dev.mobula.training.program.Batch;
import dev.mobula.training.program.Gathered;
import dev.mobula.training.program.Gradients;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.List;

/// All tables in this process, for a run of one worker.
public final class LocalTables implements Tables {
    private final ShardSet shards;

    public LocalTables(List<TableSpec> specs, long seed, StepKernels kernels) {
        this.shards = new ShardSet(specs, 0, 1, seed, kernels);
    }

    @Override
    public void pull(Gathered gathered) {
        for (int t = 0; t < shards.tables(); t++) {
            pull(shards.table(t), gathered.table(t));
        }
    }

    private static void pull(TableShard shard, Gathered.Table table) {
        table.rows().asSlice(0, (long) table.width() * Float.BYTES).fill((byte) 0);
        shard.read(table.keys(), 1, table.count(), table.rows(), table.refs());
    }

    @Override
    public void push(Gathered gathered, Gradients gradients, Push push) {
        RowStep step = RowStep.of(push, push.weight());
        for (int t = 0; t < shards.tables(); t++) {
            Gathered.Table table = gathered.table(t);
            push(shards.table(t), table, gradients.rows(t), step);
        }
    }

    private static void push(
            TableShard shard, Gathered.Table table, MemorySegment gradients, RowStep step) {
        shard.begin(step);
        shard.learn(table.keys(), table.refs(), 1, table.count(), gradients, step);
        shard.end(step);
    }

    @Override
    public void repair(Gathered gathered) {
        for (int t = 0; t < shards.tables(); t++) {
            TableShard shard = shards.table(t);
            Gathered.Table table = gathered.table(t);
            for (int i = 1; i < table.count(); i++) {
                if (shard.changedSinceRead(table.keys()[i], table.refs()[i])) {
                    long at = (long) i * table.width();
                    table.refs()[i] = shard.read(table.keys()[i], table.rows(), at);
                }
            }
        }
    }

    @Override
    public void read(int table, long[] keys, float[] into) {
        TableShard shard = shards.table(table);
        int width = shard.spec().width();
        MemorySegment values = MemorySegment.ofArray(into);
        for (int i = 0; i < keys.length; i++) {
            long at = (long) i * width;
            if (keys[i] == Batch.MISSING) {
                values.asSlice(at * Float.BYTES, (long) width * Float.BYTES).fill((byte) 0);
            } else {
                shard.read(keys[i], values, at);
            }
        }
    }

    @Override
    public long[] keys(int table) {
        return shards.table(table).keys();
    }

    @Override
    public int shards() {
        return 1;
    }

    @Override
    public List<FileEntry> save(Path folder) throws IOException {
        return shards.save(folder);
    }

    @Override
    public void load(Path folder, int savedShards) throws IOException {
        shards.load(folder, savedShards);
    }

    @Override
    public void close() {
        shards.close();
    }
}
