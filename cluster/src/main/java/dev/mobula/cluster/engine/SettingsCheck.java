package dev.mobula.cluster.engine;

import java.io.IOException;
import java.io.UncheckedIOException;

/// Tries what settings name, section by section.
final class SettingsCheck {
    private SettingsCheck() {}

    /// Refuses by section, field and value.
    static void require(EngineSettings settings) {
        under("gateway", settings.gateway()::options);
        under("feed", settings.feed()::settings);
        under("rankers", () -> EngineFeatures.of(settings.rankers().features()));
        under("loop", settings.loop()::description);
    }

    /// What a section of the settings is for.
    @FunctionalInterface
    private interface Use {
        Object of() throws IOException;
    }

    private static void under(String section, Use use) {
        try {
            use.of();
        } catch (IllegalArgumentException refused) {
            throw new IllegalArgumentException(section + "." + refused.getMessage(), refused);
        } catch (IOException | UncheckedIOException unreadable) {
            throw new IllegalArgumentException(
                    section + ": cannot be read: " + unreadable.getMessage(), unreadable);
        }
    }
}
