package dev.mobula.cluster.engine;

import dev.mobula.cluster.config.Key;
import dev.mobula.ranking.safety.VisibilityPolicy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// Which models judge texts, what labels mean, and what is labelled without asking anybody.
public record SafetyConfig(
        @Key(
                        "The store of bundles that ./mobula safety train publishes to; the promoted one's models judge scans"
                                + " from the next start on. Null: scans find what needs no model.")
                Optional<Path> bundles,
        @Key(
                        "The file of policies and vouched-for texts that PUT /v1/safety/policies writes; null keeps them until"
                                + " the next start.")
                Optional<Path> policies,
        @Key("A file with what labels mean on each surface, in JSON; null for the usual policy.")
                Optional<Path> visibility,
        @Key("Whether posts of a campaign are labelled spam at once; else people are asked.")
                boolean labelsCampaigns) {
    /// No models, the usual policy, and people are asked about campaigns.
    public static final SafetyConfig DEFAULT =
            new SafetyConfig(Optional.empty(), Optional.empty(), Optional.empty(), false);

    public SafetyConfig labellingCampaigns() {
        return new SafetyConfig(bundles, policies, visibility, true);
    }

    /// The policy of the file, or the usual one.
    VisibilityPolicy visibilityPolicy() throws IOException {
        return visibility.isEmpty()
                ? VisibilityPolicy.usual()
                : VisibilityPolicy.parse(Files.readString(visibility.get()));
    }
}
