package dev.mobula.training.table;

import dev.mobula.training.checkpoint.FileEntry;
import dev.mobula.training.checkpoint.FileWriting;
import dev.mobula.training.kernels.StepKernels;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// One shard of every table of a run. Owned by one thread at a time.
final class ShardSet implements AutoCloseable {
    private final List<TableShard> shards = new ArrayList<>();
    private final int index;
    private final int count;

    ShardSet(List<TableSpec> specs, int index, int count, long seed, StepKernels kernels) {
        this.index = index;
        this.count = count;
        for (TableSpec spec : specs) {
            shards.add(new TableShard(spec, seed, kernels));
        }
    }

    /// Which of so many shards owns a key.
    static int shardOf(long key, int count) {
        return count == 1 ? 0 : (int) Math.unsignedMultiplyHigh(KeyIndex.mix(~key), count);
    }

    TableShard table(int table) {
        return shards.get(table);
    }

    int tables() {
        return shards.size();
    }

    private static String fileName(TableSpec spec, int index, int count) {
        return String.format(Locale.ROOT, "table-%s-%d-of-%d.rows", spec.name(), index, count);
    }

    List<FileEntry> save(Path folder) throws IOException {
        List<FileEntry> files = new ArrayList<>();
        for (TableShard shard : shards) {
            try (FileWriting file =
                    FileWriting.create(folder, fileName(shard.spec(), index, count))) {
                ShardFile.write(shard, file);
                files.add(file.finish());
            }
        }
        return files;
    }

    /// Reads its own file when the number of shards is the same, else its keys of all files.
    void load(Path folder, int savedCount) throws IOException {
        for (TableShard shard : shards) {
            for (int saved = 0; saved < savedCount; saved++) {
                if (savedCount == count && saved != index) {
                    continue;
                }
                Path file = folder.resolve(fileName(shard.spec(), saved, savedCount));
                ShardFile.read(file, shard, key -> shardOf(key, count) == index);
            }
        }
    }

    @Override
    public void close() {
        shards.forEach(TableShard::close);
    }
}
