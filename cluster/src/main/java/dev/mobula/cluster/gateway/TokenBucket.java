package dev.mobula.cluster.gateway;

/// How often someone may call: a bucket that fills at a steady rate and holds one second's worth.
final class TokenBucket {
    private static final double NANOS_PER_SECOND = 1e9;

    private final double perNano;
    private final double capacity;
    private double tokens;
    private long filledNanos;

    TokenBucket(int perSecond, long nowNanos) {
        perNano = perSecond / NANOS_PER_SECOND;
        capacity = perSecond;
        tokens = capacity;
        filledNanos = nowNanos;
    }

    /// Takes a token and returns 0, or returns how many nanoseconds it takes until there is one.
    synchronized long take(long nowNanos) {
        tokens = Math.min(capacity, tokens + (nowNanos - filledNanos) * perNano);
        filledNanos = nowNanos;
        if (tokens < 1) {
            return (long) Math.ceil((1 - tokens) / perNano);
        }
        tokens--;
        return 0;
    }
}
