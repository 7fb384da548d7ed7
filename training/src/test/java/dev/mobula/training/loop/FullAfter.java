package dev.mobula.training.loop;

import dev.mobula.training.checkpoint.FileEntry;
import dev.mobula.training.program.Gathered;
import dev.mobula.training.program.Gradients;
import dev.mobula.training.table.Tables;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// Tables on a disk that is full after so many checkpoints.
final class FullAfter implements Tables {
    private final Tables tables;
    private int left;

    FullAfter(Tables tables, int saves) {
        this.tables = tables;
        this.left = saves;
    }

    @Override
    public List<FileEntry> save(Path folder) throws IOException {
        if (left-- > 0) {
            return tables.save(folder);
        }
        Files.write(folder.resolve("table-users-0-of-1.rows"), new byte[100]);
        throw new IOException("No space left on device");
    }

    @Override
    public void pull(Gathered gathered) {
        tables.pull(gathered);
    }

    @Override
    public void push(Gathered gathered, Gradients gradients, Push push) {
        tables.push(gathered, gradients, push);
    }

    @Override
    public void repair(Gathered gathered) {
        tables.repair(gathered);
    }

    @Override
    public void read(int table, long[] keys, float[] into) {
        tables.read(table, keys, into);
    }

    @Override
    public long[] keys(int table) {
        return tables.keys(table);
    }

    @Override
    public int shards() {
        return tables.shards();
    }

    @Override
    public void load(Path folder, int savedShards) throws IOException {
        tables.load(folder, savedShards);
    }

    @Override
    public void close() {
        tables.close();
    }
}
