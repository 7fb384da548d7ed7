package dev.mobula.training.loop;

import dev.mobula.training.checkpoint.Checkpoint;
import dev.mobula.training.checkpoint.CheckpointStore;
import java.util.Map;
import java.util.Optional;

/// Where a run's checkpoints go and which one it starts from.
///
/// @param store that the first worker writes to; empty at the others, and for a run that keeps nothing
/// @param from what to go on from; every worker names the same
/// @param notes that go into every manifest, such as the hash of the run's description
public record Saving(
        Optional<CheckpointStore> store, Optional<Checkpoint> from, Map<String, String> notes) {
    public static final Saving NONE = new Saving(Optional.empty(), Optional.empty(), Map.of());

    public Saving {
        notes = Map.copyOf(notes);
    }

    /// Writes to a store and goes on from its newest checkpoint, when it has one.
    public static Saving of(CheckpointStore store, Optional<Checkpoint> from) {
        return new Saving(Optional.of(store), from, Map.of());
    }
}
