package dev.mobula.cluster.client;

import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import javax.net.ssl.SSLContext;

/// Which engine is asked, with which key, and how patiently.
///
/// @param timeout how long one try may take
/// @param triesMax how often a call is tried before it fails
/// @param firstPause the pause after the first failed try; each further one is twice as long, and a random part of it is
///     waited, or as long as the engine asks for when that is longer
/// @param trust whom to trust over HTTPS, instead of the machine's own list
public record ClientOptions(
        URI engine,
        Optional<String> key,
        Duration timeout,
        int triesMax,
        Duration firstPause,
        Optional<SSLContext> trust) {
    private static final int TRIES_LIMIT = 20;

    public ClientOptions {
        if (engine.getHost() == null || engine.getScheme() == null) {
            throw new IllegalArgumentException(
                    "engine=" + engine + " is not a URL such as http://127.0.0.1:8080");
        }
        if (triesMax < 1 || triesMax > TRIES_LIMIT) {
            throw new IllegalArgumentException(
                    "triesMax=" + triesMax + " is outside 1.." + TRIES_LIMIT);
        }
        if (timeout.isNegative() || timeout.isZero() || firstPause.isNegative()) {
            throw new IllegalArgumentException(
                    "timeout=" + timeout + ", firstPause=" + firstPause + " must be positive");
        }
    }

    /// Ten seconds a try, five tries, 100 ms to begin with.
    public static ClientOptions of(URI engine) {
        return new ClientOptions(
                engine,
                Optional.empty(),
                Duration.ofSeconds(10),
                5,
                Duration.ofMillis(100),
                Optional.empty());
    }

    public ClientOptions withKey(String secret) {
        return new ClientOptions(engine, Optional.of(secret), timeout, triesMax, firstPause, trust);
    }

    public ClientOptions withTimeout(Duration limit) {
        return new ClientOptions(engine, key, limit, triesMax, firstPause, trust);
    }

    public ClientOptions withTries(int most, Duration pause) {
        return new ClientOptions(engine, key, timeout, most, pause, trust);
    }

    public ClientOptions withTrust(SSLContext context) {
        return new ClientOptions(engine, key, timeout, triesMax, firstPause, Optional.of(context));
    }
}
