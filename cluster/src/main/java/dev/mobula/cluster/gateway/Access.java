package dev.mobula.cluster.gateway;

import java.time.Duration;
import java.util.Optional;

/// Decides who may call.
@FunctionalInterface
public interface Access {
    /// Everybody may do everything: only ever on loopback.
    Access OPEN = (authorization, scope) -> Caller.ANYONE;

    /// Lets a caller through or throws a [Denied].
    ///
    /// @param authorization the request's Authorization header
    Caller admit(Optional<String> authorization, Scope scope);

    /// Why a call was not let through.
    final class Denied extends RuntimeException {
        private static final long serialVersionUID = 1L;

        /// What is wrong with it.
        public enum Why {
            /// No key, or one that is not known.
            UNKNOWN,
            /// The key does not allow this.
            FORBIDDEN,
            /// Too often.
            TOO_OFTEN
        }

        private final Why why;
        private final Duration retryAfter;

        Denied(Why why, String message, Duration retryAfter) {
            super(message);
            this.why = why;
            this.retryAfter = retryAfter;
        }

        public Why why() {
            return why;
        }

        /// After how long it makes sense to try again; zero when it never does.
        public Duration retryAfter() {
            return retryAfter;
        }
    }
}
