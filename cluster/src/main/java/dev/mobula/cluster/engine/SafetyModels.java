package dev.mobula.cluster.engine;

import dev.mobula.ranking.safety.NgramFolder;
import dev.mobula.ranking.safety.TextModel;
import dev.mobula.ranking.safety.TextModelFolder;
import dev.mobula.training.bundle.Bundle;
import dev.mobula.training.bundle.BundleStore;
import dev.mobula.training.bundle.Role;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;

/// The models by which scans are judged: those of the promoted bundle, verified as they are loaded.
public final class SafetyModels {
    private SafetyModels() {}

    /// The models of a store's promoted bundle; none before the first promotion.
    public static List<TextModel> promoted(Path bundles, InstantSource clock) {
        BundleStore store = BundleStore.open(bundles, Long.MAX_VALUE, clock);
        return store.promotions().promoted().stream()
                .map(id -> model(store.load(id, (done, total) -> {})))
                .toList();
    }

    private static TextModel model(Bundle bundle) {
        try {
            return TextModelFolder.load(bundle.path(Role.SAFETY_MODEL, NgramFolder.PART));
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
