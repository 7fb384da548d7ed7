package dev.mobula.actors.runtime;

/// Why a call has no answer: whose fault it is and whether asking again can help.
public enum Failure {
    /// The deadline passed; the service may or may not have done the work.
    TIMEOUT(1, true),
    /// The service is not there now: starting, restarting, lost, or stopped.
    UNAVAILABLE(2, true),
    /// The service or the way to it is full; nothing was done.
    OVERLOADED(3, true),
    /// The request is not one this service takes; nothing was done.
    REFUSED(4, false),
    /// The service took the request and failed at it.
    APPLICATION(5, false);

    private final int wireCode;
    private final boolean retryable;

    Failure(int wireCode, boolean retryable) {
        this.wireCode = wireCode;
        this.retryable = retryable;
    }

    /// Whether the same request may succeed later.
    public boolean retryable() {
        return retryable;
    }

    /// The number that stands for this failure in a reply; never 0, which is success.
    public int wireCode() {
        return wireCode;
    }

    /// The failure behind a number of a reply.
    public static Failure ofWireCode(int code) {
        for (Failure failure : values()) {
            if (failure.wireCode == code) {
                return failure;
            }
        }
        throw new IllegalArgumentException("no failure has the wire code " + code);
    }
}
