package dev.mobula.actors.loop;

import dev.mobula.actors.ranker.Rankers;
import dev.mobula.training.bundle.BundleStore;
import java.nio.file.Path;
import java.time.InstantSource;

/// What the loop works with.
///
/// @param log what was served, with the features as used
/// @param folder where it keeps its turn, of this loop alone; rankers must see it
public record LoopParts(
        Rankers rankers,
        BundleStore bundles,
        Learning learning,
        Outcomes outcomes,
        ServedLog log,
        Path folder,
        Pause pause,
        InstantSource clock) {}
