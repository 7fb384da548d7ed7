package dev.mobula.ranking;

/// A refusal by this module: a code that says whose fault it is, and a text that names the field and the value.
public final class RankingException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Code code;

    public RankingException(Code code, String message) {
        super(message);
        this.code = code;
    }

    public RankingException(Code code, String message, Throwable cause) {
        super(message, cause);
        this.code = code;
    }

    public Code code() {
        return code;
    }

    /// What was refused. None of these goes away by trying again.
    public enum Code {
        /// The schema contradicts itself.
        INVALID_SCHEMA(true),
        /// A feature value does not fit the schema.
        INVALID_FEATURE(true),
        /// A layer graph contradicts itself.
        INVALID_MODEL(true),
        /// Weights are missing, of another shape, or not finite.
        INVALID_WEIGHTS(true),
        /// A model was made for another schema, or a replay names another kernel.
        MISMATCH(true),
        /// A value expression does not parse or names what does not exist.
        INVALID_EXPRESSION(true),
        /// An experiment contradicts itself or another.
        INVALID_EXPERIMENT(true),
        /// A request contradicts itself.
        INVALID_REQUEST(true),
        /// Logged data cannot answer the question asked of it.
        NO_SUPPORT(true),
        /// A file is not what it claims to be.
        CORRUPT_FILE(true),
        /// A numeric library failed.
        ENGINE_FAILURE(false);

        private final boolean callersFault;

        Code(boolean callersFault) {
            this.callersFault = callersFault;
        }

        public boolean isCallersFault() {
            return callersFault;
        }
    }
}
