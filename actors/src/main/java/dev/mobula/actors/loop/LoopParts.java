package dev.mobula.actors.loop;

import dev.mobula.actors.items.ItemSpaces;
import dev.mobula.actors.ranker.Rankers;
import dev.mobula.training.bundle.BundleStore;
import java.nio.file.Path;
import java.time.InstantSource;

/// What the loop works with.
///
/// @param spaces of the item shards, for bundles that bring an encoder and an index
/// @param switched run when another line-up is in force, so that gateways of this process read it at once; others do a
///     moment later
/// @param log what was served, with the features as used
/// @param folder where it keeps its turn, of this loop alone; rankers must see it
public record LoopParts(
        Rankers rankers,
        ItemSpaces spaces,
        Runnable switched,
        BundleStore bundles,
        Learning learning,
        Outcomes outcomes,
        ServedLog log,
        Path folder,
        Pause pause,
        InstantSource clock) {}
