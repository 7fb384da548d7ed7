package dev.mobula.ranking.safety;

import dev.mobula.ranking.RankingException;
import dev.mobula.ranking.RankingException.Code;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// What a client wants done about what is found.
///
/// @param version names it in replies
/// @param limits by category; a category of a model that has none acts at the model's operating point
/// @param redacted categories of the sensitive spans that are taken out rather than blocked
/// @param canaries texts that must never leave, such as a marker in the system prompt
/// @param hosts link targets that may carry data
/// @param shadow judge, but allow everything
/// @param failOpen past the deadline: allow what was not judged, rather than block it
/// @param together heads that the models weigh with what else is known act by that, not by the text alone
public record ScanPolicy(
        String name,
        String version,
        Map<String, Limit> limits,
        Set<String> redacted,
        List<String> canaries,
        Set<String> hosts,
        boolean shadow,
        boolean failOpen,
        int deadlineMicros,
        boolean together) {
    /// The most canaries and hosts.
    public static final int ENTRIES_MAX = 1_000;

    private static final int CANARY_CHARS_MIN = 8;
    private static final int DEADLINE_MICROS_MAX = 10_000_000;

    /// Scores from which something is done.
    public record Limit(double review, double block) {
        public Limit {
            if (!(review >= 0) || !(block >= review)) {
                throw new RankingException(
                        Code.INVALID_REQUEST,
                        "limit: review=" + review + ", block=" + block + ", must rise from 0");
            }
        }
    }

    public ScanPolicy {
        limits = Map.copyOf(limits);
        redacted = Set.copyOf(redacted);
        canaries = List.copyOf(canaries);
        hosts = Set.copyOf(hosts);
        if (deadlineMicros < 1 || deadlineMicros > DEADLINE_MICROS_MAX) {
            throw new RankingException(
                    Code.INVALID_REQUEST,
                    "deadlineMicros=" + deadlineMicros + ", must be 1.." + DEADLINE_MICROS_MAX);
        }
        if (canaries.size() > ENTRIES_MAX || hosts.size() > ENTRIES_MAX) {
            throw new RankingException(
                    Code.INVALID_REQUEST,
                    "canaries=%d, hosts=%d, must be at most %d"
                            .formatted(canaries.size(), hosts.size(), ENTRIES_MAX));
        }
        for (String canary : canaries) {
            if (canary.length() < CANARY_CHARS_MIN) {
                throw new RankingException(
                        Code.INVALID_REQUEST,
                        "canary of "
                                + canary.length()
                                + " characters, must be "
                                + CANARY_CHARS_MIN);
            }
        }
    }

    /// Blocks at the models' operating points, redacts secrets and personal data, and fails closed after 25 ms.
    public static ScanPolicy usual() {
        return new ScanPolicy(
                "default",
                "default-1",
                Map.of(),
                Set.of("secret", "personal"),
                List.of(),
                Set.of(),
                false,
                false,
                25_000,
                false);
    }

    public ScanPolicy with(boolean newFailOpen, int newDeadlineMicros) {
        return new ScanPolicy(
                name,
                version,
                limits,
                redacted,
                canaries,
                hosts,
                shadow,
                newFailOpen,
                newDeadlineMicros,
                together);
    }

    /// The same where what else is known counts.
    public ScanPolicy weighingTogether() {
        return new ScanPolicy(
                name,
                version,
                limits,
                redacted,
                canaries,
                hosts,
                shadow,
                failOpen,
                deadlineMicros,
                true);
    }
}
