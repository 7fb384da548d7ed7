package dev.mobula.actors.runtime;

import java.time.Duration;

/// One question to a service: an operation, its bytes, how long the answer may take, and whether
/// asking twice is harmless.
///
/// The body belongs to the request from here on: it is neither copied nor to be changed.
public record Request(int op, byte[] body, Duration timeout, boolean idempotent) {
    private static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(10);
    private static final Duration TIMEOUT_MAX = Duration.ofDays(1);

    public Request {
        if (op < 0) {
            throw new IllegalArgumentException("op=" + op + " is negative");
        }
        requireTimeout(timeout);
    }

    static void requireTimeout(Duration timeout) {
        if (timeout.isNegative() || timeout.isZero()) {
            throw new IllegalArgumentException("timeout=" + timeout + " is not positive");
        }
        if (timeout.compareTo(TIMEOUT_MAX) > 0) {
            throw new IllegalArgumentException("timeout=" + timeout + " is over " + TIMEOUT_MAX);
        }
    }

    /// A request that is asked once and waits ten seconds.
    public static Request of(int op, byte[] body) {
        return new Request(op, body, DEFAULT_TIMEOUT, false);
    }

    /// The same request with another time limit.
    public Request within(Duration limit) {
        return new Request(op, body, limit, idempotent);
    }

    /// The same request, asked again while it fails in a retryable way and time is left.
    public Request retried() {
        return new Request(op, body, timeout, true);
    }
}
