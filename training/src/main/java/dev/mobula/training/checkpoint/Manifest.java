package dev.mobula.training.checkpoint;

import dev.mobula.training.optimize.EarlyStop;
import java.util.List;
import java.util.Map;

/// What a checkpoint holds and what it was made by. Written last: a folder with a manifest is whole.
///
/// @param step done
/// @param seed of the run, from which all its random choices follow, by step
/// @param workers that shared a batch
/// @param shards of every table
/// @param kernel that computed the steps
/// @param code hash of the classes that ran
/// @param data fingerprint of the data and its order
/// @param cursor where the data goes on
/// @param progress of early stopping
/// @param notes of whoever runs the loop, such as the hash of its description
public record Manifest(
        int version,
        int step,
        long seed,
        int workers,
        int shards,
        String kernel,
        String code,
        String data,
        String cursor,
        EarlyStop.Progress progress,
        Map<String, String> notes,
        List<FileEntry> files) {
    public static final int VERSION = 1;

    public Manifest {
        notes = Map.copyOf(notes);
        files = List.copyOf(files);
    }
}
