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
                        "The store of bundles that ./mobula safety train publishes to; the promoted one's models judge scans,"
                                + " within seconds of the promotion. Null: scans find what needs no model.")
                Optional<Path> bundles,
        @Key(
                        "The file of policies and vouched-for texts that PUT /v1/safety/policies writes; null keeps them until"
                                + " the next start.")
                Optional<Path> policies,
        @Key("A file with what labels mean on each surface, in JSON; null for the usual policy.")
                Optional<Path> visibility,
        @Key("Whether posts of a campaign are labelled spam at once; else people are asked.")
                boolean labelsCampaigns,
        @Key(
                        "The folder of rules that ./mobula safety rules --shelf promotes in; those that act judge every post, act"
                                + " and report, within seconds of the promotion. Null: no rules are at work.")
                Optional<Path> rules,
        @Key(
                        "The folder of what rules' in_set asks by name: NAME.set, NAME.links, NAME.media and NAME.bulk, read"
                                + " anew when they change. Null: every set is empty.")
                Optional<Path> lists,
        @Key("How the models learn from what people decide; of several gateways only one should.")
                SafetyLearningConfig learning) {
    /// No models, the usual policy, no rules, and people are asked about campaigns.
    public static final SafetyConfig DEFAULT =
            new SafetyConfig(
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    false,
                    Optional.empty(),
                    Optional.empty(),
                    SafetyLearningConfig.DEFAULT);

    public SafetyConfig labellingCampaigns() {
        return new SafetyConfig(bundles, policies, visibility, true, rules, lists, learning);
    }

    /// With rules of a shelf, and the lists they ask.
    public SafetyConfig withRules(Path shelf, Path folder) {
        return new SafetyConfig(
                bundles,
                policies,
                visibility,
                labelsCampaigns,
                Optional.of(shelf),
                Optional.of(folder),
                learning);
    }

    public SafetyConfig withBundles(Path store) {
        return new SafetyConfig(
                Optional.of(store), policies, visibility, labelsCampaigns, rules, lists, learning);
    }

    public SafetyConfig withLearning(SafetyLearningConfig other) {
        return new SafetyConfig(
                bundles, policies, visibility, labelsCampaigns, rules, lists, other);
    }

    /// The policy of the file, or the usual one.
    VisibilityPolicy visibilityPolicy() throws IOException {
        return visibility.isEmpty()
                ? VisibilityPolicy.usual()
                : VisibilityPolicy.parse(Files.readString(visibility.get()));
    }
}
