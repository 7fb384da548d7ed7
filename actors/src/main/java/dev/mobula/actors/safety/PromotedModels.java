package dev.mobula.actors.safety;

import dev.mobula.ranking.safety.MetaHeads;
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
import java.util.Optional;

/// The models of text of a store's promoted bundle, verified as they are loaded, and loaded anew when another is promoted.
/// One thread at a time.
public final class PromotedModels {
    private final Path bundles;
    private final InstantSource clock;
    private Optional<String> loaded = Optional.empty();
    private List<TextModel> models = List.of();
    private MetaHeads together = MetaHeads.NONE;

    public PromotedModels(Path bundles, InstantSource clock) {
        this.bundles = bundles;
        this.clock = clock;
    }

    /// Loads what is promoted by now, and says whether that changed anything. When it throws, what was loaded stays.
    public boolean refresh() {
        BundleStore store = BundleStore.open(bundles, Long.MAX_VALUE, clock);
        Optional<String> promoted = store.promotions().promoted();
        if (promoted.equals(loaded)) {
            return false;
        }
        Optional<Bundle> bundle = promoted.map(id -> store.load(id, (done, total) -> {}));
        List<TextModel> next = bundle.stream().map(PromotedModels::model).toList();
        together = bundle.map(PromotedModels::together).orElse(MetaHeads.NONE);
        models = next;
        loaded = promoted;
        return true;
    }

    /// What weighs the models' scores with what else is known.
    public MetaHeads together() {
        return together;
    }

    /// None before the first promotion.
    public List<TextModel> models() {
        return models;
    }

    /// The bundle they are of.
    public Optional<String> bundle() {
        return loaded;
    }

    private static MetaHeads together(Bundle bundle) {
        try {
            return MetaHeads.load(bundle.path(Role.SAFETY_MODEL, NgramFolder.PART));
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private static TextModel model(Bundle bundle) {
        try {
            return TextModelFolder.load(bundle.path(Role.SAFETY_MODEL, NgramFolder.PART));
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
