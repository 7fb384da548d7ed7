package dev.mobula.actors.runtime;

/// The one exception of this module: a call, or the service behind it, failed in a typed way.
public class CallException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Failure failure;

    /// The failure and a text that names the service, the field and the value.
    public CallException(Failure failure, String message) {
        super(message);
        this.failure = failure;
    }

    /// The same, with what caused it.
    public CallException(Failure failure, String message, Throwable cause) {
        super(message, cause);
        this.failure = failure;
    }

    /// What kind of failure it is.
    public final Failure failure() {
        return failure;
    }
}
