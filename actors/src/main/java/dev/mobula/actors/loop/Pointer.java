package dev.mobula.actors.loop;

import dev.mobula.actors.runtime.AtomicFile;
import dev.mobula.training.bundle.BundleStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;

/// Where the store's pointer stood when a loop last went by it, on disk beside it: so that a move by somebody else is told
/// from a loop's own.
final class Pointer {
    private static final String NOTHING = "nothing";

    private final BundleStore bundles;
    private final AtomicFile file;

    Pointer(BundleStore bundles) {
        this.bundles = bundles;
        file = new AtomicFile(bundles.root().resolve("followed"));
    }

    /// The bundle that it stands on and did not stand on before.
    ///
    /// @param isNew whether the loop never ran a turn, and so never moved it
    Optional<String> movedTo(boolean isNew) {
        Optional<String> now = bundles.promotions().promoted();
        Optional<String> before = followed();
        if (before.isEmpty() && !isNew) {
            follow(now);
            return Optional.empty();
        }
        return now.filter(id -> !before.equals(Optional.of(id)));
    }

    private Optional<String> followed() {
        try {
            return file.read();
        } catch (IOException damaged) {
            throw new UncheckedIOException(damaged);
        }
    }

    /// Notes that a loop goes by this.
    void follow(Optional<String> bundle) {
        try {
            file.write(bundle.orElse(NOTHING));
        } catch (IOException full) {
            throw new UncheckedIOException(full);
        }
    }
}
