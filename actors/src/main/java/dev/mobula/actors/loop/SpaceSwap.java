package dev.mobula.actors.loop;

import dev.mobula.actors.items.ItemSpaces;
import dev.mobula.actors.ranker.Rankers;
import dev.mobula.actors.ranker.ServedLineup;
import dev.mobula.actors.spaces.SpaceNote;
import dev.mobula.training.bundle.Bundle;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/*
 * Which space a request searches hangs on the version that answers it, so putting a space in force is putting its version
 * in the line-up: there is no second switch that could be thrown apart from the first. All that is to be done is to have the
 * space ready before, and to take away only what no version of the line-up searches. The one that is gone back to stays
 * until another one has to be made.
 */
/// The spaces of bundles on their way into service and out of it.
final class SpaceSwap {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final ItemSpaces shards;
    private final Rankers rankers;
    private final StagedSpaces staged;

    SpaceSwap(ItemSpaces shards, Rankers rankers, Path folder) {
        this.shards = shards;
        this.rankers = rankers;
        staged = new StagedSpaces(folder);
    }

    /// Has the item shards make the bundle's space, if it has one of its own, beside those that are searched now.
    Optional<SpaceNote> install(Bundle bundle) {
        if (!StagedSpaces.hasSpace(bundle)) {
            return Optional.empty();
        }
        SpaceNote note = staged.stage(bundle);
        Set<String> kept = new HashSet<>(Set.of(note.name()));
        served().spaces().values().forEach(space -> kept.add(space.name()));
        shards.keepOnly(kept).join();
        staged.keepOnly(kept);
        shards.install(note.name(), staged.folderOf(note.name())).join();
        return Optional.of(note);
    }

    /// Where the bundle's space does not answer yet, with the reason; empty when it does everywhere, or there is none.
    List<String> notReady(Bundle bundle) {
        if (!StagedSpaces.hasSpace(bundle)) {
            return List.of();
        }
        Map<String, String> missing = shards.notReady(StagedSpaces.nameOf(bundle));
        return missing.entrySet().stream()
                .map(one -> "item shard " + one.getKey() + " " + one.getValue())
                .toList();
    }

    /// Has the item shards make anew what is searched now and they do not have, after a loss of their disks.
    void restore() {
        for (SpaceNote note : served().spaces().values()) {
            shards.install(note.name(), Path.of(note.encoder()).resolveSibling("")).join();
        }
    }

    private ServedLineup served() {
        return rankers.lineup(LIMIT).join();
    }
}
