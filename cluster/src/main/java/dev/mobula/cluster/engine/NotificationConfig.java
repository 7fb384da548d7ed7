package dev.mobula.cluster.engine;

import dev.mobula.actors.notify.RuleUse;
import dev.mobula.cluster.config.Key;

/// How an engine decides on notifications.
///
/// The messages a day are those of the first start: afterwards the tenant's policy says it.
public record NotificationConfig(
        @Key(value = "Services that budgets are hashed over.", min = 1, max = 256) int shards,
        @Key("Whose policy it is that is made at the first start.") String tenant,
        @Key(
                        value =
                                "Messages a day that somebody gets at most under that first policy.",
                        min = 0,
                        max = 1_000)
                int dailyMessages,
        @Key(
                        value =
                                "Share of the decisions that are drawn, with the chance of it logged.",
                        min = 0,
                        max = 0.5)
                double exploration,
        @Key(
                        "What is done at most with a rule for sending that was learned from the log: OFF, SHADOW (it is"
                                + " asked, and logged) or SERVE (decisions follow one that was let through).")
                RuleUse rule,
        @Key(
                        value =
                                "Share of people's weeks in which chance alone says how many messages they get, within all"
                                        + " caps: what notify fit learns from.",
                        min = 0,
                        max = 0.5)
                double volumeTrial) {
    /// One shard, three messages a day, two decisions of a hundred drawn, and one week of a hundred left to chance.
    public static final NotificationConfig DEFAULT =
            new NotificationConfig(1, "default", 3, 0.02, RuleUse.SERVE, 0.01);

    public NotificationConfig {
        if (!tenant.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,99}")) {
            throw new IllegalArgumentException(
                    "tenant=" + tenant + " must be letters, digits, dots and dashes");
        }
    }
}
