package dev.mobula.training.table;

import dev.mobula.training.checkpoint.FileEntry;
import dev.mobula.training.program.Gathered;
import dev.mobula.training.program.Gradients;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/// A run's embedding tables as one worker sees them.
///
/// The order is: pull a batch, push its gradients, pull the next. With prefetching the next is pulled before the push
/// and repaired after it, which gives the same rows.
public interface Tables extends AutoCloseable {
    /// Fills the rows of the batch's keys.
    void pull(Gathered gathered);

    /// Applies the gradients of a batch: of all workers, once each of them has pushed its own.
    void push(Gathered gathered, Gradients gradients, Push push);

    /// Fills again what the last push changed since the pull.
    void repair(Gathered gathered);

    /// Reads embeddings as a model reads them now, one after the other.
    void read(int table, long[] keys, float[] into);

    /// Every key that has a row.
    long[] keys(int table);

    /// Shards of every table.
    int shards();

    /// Writes every shard of every table into a folder that all owners see.
    List<FileEntry> save(Path folder) throws IOException;

    /// Takes in what was saved, with as many shards or another number of them, into empty tables.
    ///
    /// @param savedShards of every table then
    void load(Path folder, int savedShards) throws IOException;

    @Override
    void close();

    /// Facts of a push.
    ///
    /// @param step the step, from 1
    /// @param weight of this worker's share of the loss; gradients are divided by the sum of all
    /// @param rateScale the schedule's factor on the tables' learning rates
    /// @param timeSeconds the batch's clock
    record Push(int step, double weight, double rateScale, long timeSeconds) {}
}
