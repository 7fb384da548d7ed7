package dev.mobula.ranking.serving;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.mobula.ranking.RankingException;
import dev.mobula.ranking.RankingException.Code;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// Which version answers whom: one active, perhaps a canary for a share of the users, and shadows that answer nobody.
///
/// A user is a canary's or not by a hash of both, so that a user sees one version from request to request, and another
/// canary gets other users.
///
/// @param canary version of the canary, [#NONE] without one
/// @param canaryShare share of the users it answers, 0..1
/// @param shadows versions that score the same requests, for comparison only
public record Lineup(String active, String canary, double canaryShare, List<String> shadows) {
    public static final String NONE = "";

    private static final JsonMapper JSON = new JsonMapper();
    private static final int VERSIONS_MAX = 8;
    private static final double UNIT = 0x1p-53;

    public Lineup {
        shadows = List.copyOf(shadows);
        if (active.isEmpty()) {
            throw invalid("active is empty: one version has to answer");
        }
        if (!(canaryShare >= 0 && canaryShare <= 1)) {
            throw invalid("canaryShare=" + canaryShare + " is outside 0..1");
        }
        if (canary.isEmpty() && canaryShare > 0) {
            throw invalid("canaryShare=" + canaryShare + " without a canary");
        }
        if (new LinkedHashSet<>(shadows).size() < shadows.size() || shadows.contains(active)) {
            throw invalid("shadows=" + shadows + " beside active=" + active);
        }
        if (canary.equals(active) || shadows.contains(canary)) {
            throw invalid("canary=" + canary + " has another part already");
        }
        if (shadows.size() + 2 > VERSIONS_MAX) {
            throw invalid("shadows=" + shadows.size() + ", at most " + (VERSIONS_MAX - 2));
        }
    }

    /// One version for everybody.
    public static Lineup of(String version) {
        return new Lineup(version, NONE, 0, List.of());
    }

    public Lineup withCanary(String version, double share) {
        return new Lineup(active, version, share, shadows);
    }

    public Lineup withShadows(String... versions) {
        return new Lineup(active, canary, canaryShare, List.of(versions));
    }

    /// The version that answers this user.
    public String versionFor(long user) {
        return canaryShare > 0 && fraction(user) < canaryShare ? canary : active;
    }

    /// Uniform in 0..1, the same for one user and one canary for ever.
    private double fraction(long user) {
        long mixed = mix(user ^ mix(canary.hashCode()));
        return (mixed >>> 11) * UNIT;
    }

    private static long mix(long value) {
        long x = value + 0x9e3779b97f4a7c15L;
        x = (x ^ (x >>> 30)) * 0xbf58476d1ce4e5b9L;
        x = (x ^ (x >>> 27)) * 0x94d049bb133111ebL;
        return x ^ (x >>> 31);
    }

    /// Every version with a part.
    public Set<String> versions() {
        Set<String> all = new LinkedHashSet<>();
        all.add(active);
        if (!canary.isEmpty()) {
            all.add(canary);
        }
        all.addAll(shadows);
        return all;
    }

    public String toJson() {
        try {
            return JSON.writeValueAsString(this);
        } catch (JsonProcessingException cause) {
            throw new IllegalStateException("a line-up has JSON", cause);
        }
    }

    /// Reads what [#toJson] wrote.
    public static Lineup parse(String json) {
        try {
            return JSON.readValue(json, Lineup.class);
        } catch (JsonProcessingException cause) {
            if (cause.getCause() instanceof RankingException refusal) {
                throw refusal;
            }
            throw new RankingException(
                    Code.CORRUPT_FILE, "line-up: " + cause.getOriginalMessage(), cause);
        }
    }

    private static RankingException invalid(String what) {
        return new RankingException(Code.INVALID_REQUEST, "line-up: " + what);
    }
}
