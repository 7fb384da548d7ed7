package dev.mobula.retrieval;

import java.io.Serial;

/// The one exception of this module: what went wrong, whose fault it is, whether trying again can help.
///
/// The message names the field and the value that caused it.
public final class RetrievalException extends RuntimeException {
    @Serial private static final long serialVersionUID = 1L;

    /// What went wrong.
    public enum Code {
        /// The caller's value is outside its limits.
        INVALID_INPUT(Fault.CALLER, false),
        /// What the caller named does not exist.
        NOT_FOUND(Fault.CALLER, false),
        /// A file or a record of ours does not hold what was written to it.
        CORRUPT(Fault.STORAGE, false),
        /// A queue, an index or the disk has no room left.
        FULL(Fault.CAPACITY, true),
        /// Someone else holds the resource.
        BUSY(Fault.CAPACITY, true),
        /// The object was closed before or during the call.
        CLOSED(Fault.CALLER, false),
        /// The operating system or the storage engine failed.
        IO(Fault.STORAGE, true);

        private final Fault fault;
        private final boolean retryable;

        Code(Fault fault, boolean retryable) {
            this.fault = fault;
            this.retryable = retryable;
        }

        public Fault fault() {
            return fault;
        }

        /// Whether the same call can succeed later without anyone changing it.
        public boolean retryable() {
            return retryable;
        }
    }

    /// Whose fault it is.
    public enum Fault {
        CALLER,
        CAPACITY,
        STORAGE
    }

    private final Code code;

    public RetrievalException(Code code, String message) {
        super(message);
        this.code = code;
    }

    public RetrievalException(Code code, String message, Throwable cause) {
        super(message, cause);
        this.code = code;
    }

    /// A caller's value outside its limits: `invalid("dimension", 3, "must be 1..4096")`.
    public static RetrievalException invalid(String field, Object value, String rule) {
        return new RetrievalException(Code.INVALID_INPUT, field + "=" + value + ": " + rule);
    }

    /// A file or record of ours that does not hold what was written.
    public static RetrievalException corrupt(String message) {
        return new RetrievalException(Code.CORRUPT, message);
    }

    /// A call on something that was closed.
    public static RetrievalException closed(String what) {
        return new RetrievalException(Code.CLOSED, what + " is closed");
    }

    public Code code() {
        return code;
    }
}
