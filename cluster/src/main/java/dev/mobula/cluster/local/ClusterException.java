package dev.mobula.cluster.local;

/// Something about a cluster on this machine that its user can mend; the text says how.
public final class ClusterException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ClusterException(String message) {
        super(message);
    }
}
