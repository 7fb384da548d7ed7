package dev.mobula.training;

import java.io.Serial;

/// The one exception of this module: what went wrong, whose fault it is, whether trying again can help.
///
/// The message names the file, the field and the value that caused it.
public final class TrainingException extends RuntimeException {
    @Serial private static final long serialVersionUID = 1L;

    /// What went wrong.
    public enum Code {
        /// The caller's value is outside its limits.
        INVALID_INPUT(Fault.CALLER, false),
        /// What was named does not exist, or has nothing in it.
        NOT_FOUND(Fault.CALLER, false),
        /// A file from outside holds something other than its format says.
        BAD_DATA(Fault.DATA, false),
        /// A file or a record of ours does not hold what was written to it.
        CORRUPT(Fault.STORAGE, false),
        /// A queue, a quota or the disk has no room left.
        FULL(Fault.CAPACITY, true),
        /// Someone else holds the resource.
        BUSY(Fault.CAPACITY, true),
        /// The object was closed before or during the call.
        CLOSED(Fault.CALLER, false),
        /// Two things that must be the same are not.
        MISMATCH(Fault.CALLER, false),
        /// A loss or a weight is no number any more.
        DIVERGED(Fault.DATA, false),
        /// A worker, a table shard or the way to it is gone.
        LOST(Fault.CAPACITY, true),
        /// The operating system failed.
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
        DATA,
        CAPACITY,
        STORAGE
    }

    private final Code code;

    public TrainingException(Code code, String message) {
        super(message);
        this.code = code;
    }

    public TrainingException(Code code, String message, Throwable cause) {
        super(message, cause);
        this.code = code;
    }

    /// A caller's value outside its limits.
    public static TrainingException invalid(String field, Object value, String rule) {
        return new TrainingException(Code.INVALID_INPUT, field + "=" + value + ": " + rule);
    }

    public Code code() {
        return code;
    }
}
