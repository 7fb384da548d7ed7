package dev.mobula.ranking.model;

import dev.mobula.ranking.RankingException;
import dev.mobula.ranking.RankingException.Code;

/// What computed a score: engine, lanes and version. Recorded with every score; a replay asks for the same one.
public record KernelIdentity(String engine, int lanes, String version) {
    /// Engine whose scores do not depend on the width of the vectors.
    public static final String PACKED = "packed";

    /// Refuses, by name, to stand in for a kernel whose bits may differ.
    public void requireReproduces(KernelIdentity recorded) {
        boolean sameBits =
                engine.equals(recorded.engine)
                        && version.equals(recorded.version)
                        && (lanes == recorded.lanes || engine.equals(PACKED));
        if (!sameBits) {
            throw new RankingException(
                    Code.MISMATCH, "scored with " + recorded + ", this is " + this);
        }
    }

    /// Reads what [#toString] wrote; the version may have slashes.
    public static KernelIdentity parse(String text) {
        String[] parts = text.split("/", 3);
        if (parts.length < 3 || !parts[1].matches("[0-9]{1,4}")) {
            throw new RankingException(
                    Code.INVALID_REQUEST, "kernel '" + text + "' is not engine/lanes/version");
        }
        return new KernelIdentity(parts[0], Integer.parseInt(parts[1]), parts[2]);
    }

    @Override
    public String toString() {
        return engine + "/" + lanes + "/" + version;
    }
}
