package dev.mobula.cluster.engine;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mobula.cluster.config.ConfigFile;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What no key shows by itself is refused by its section before anything starts.
final class SettingsCheckTest {
    @TempDir private Path folder;

    private static EngineSettings settings(String yaml) {
        return ConfigFile.parse("engine.yaml", yaml, EngineSettings.DEFAULT)
                .settings()
                .orElseThrow();
    }

    private static void assertRefused(String yaml, String... words) {
        assertThatThrownBy(() -> settings(yaml).requireUsable())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll(words);
    }

    @Test
    void theDefaultsAreUsable() {
        EngineSettings.DEFAULT.requireUsable();
    }

    @Test
    void filesThatAreNotThereOrSaySomethingElseAreNamed() throws Exception {
        Path named = Files.writeString(folder.resolve("named.yaml"), "name: mine\ntask: multitask");
        assertRefused("loop: {training: " + named + "}", "loop.training", "name");
        Path nowhere = folder.resolve("nowhere");
        assertRefused("loop: {training: " + nowhere + "}", "loop: cannot be read", "nowhere");
        assertRefused("rankers: {features: " + nowhere + "}", "rankers: cannot be read");
        Path wrong = Files.writeString(folder.resolve("wrong.json"), "{\"features\": 3}");
        assertRefused("rankers: {features: " + wrong + "}", "rankers.features=", "wrong.json");
        assertRefused("feed: {cursorKey: " + nowhere + "}", "feed: cannot be read");
        assertRefused("gateway: {host: 0.0.0.0}", "gateway.host=0.0.0.0");
    }
}
