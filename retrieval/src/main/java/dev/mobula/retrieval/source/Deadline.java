package dev.mobula.retrieval.source;

/// The moment by which an answer is wanted, and the clock that knows it.
public record Deadline(Ticker ticker, long nanos) {
    /// A deadline that never comes.
    public static final Deadline NEVER = new Deadline(() -> 0, Long.MAX_VALUE);

    /// The deadline this long from now.
    public static Deadline in(Ticker ticker, long nanosFromNow) {
        return new Deadline(ticker, ticker.nanos() + nanosFromNow);
    }

    public long nanosLeft() {
        return nanos - ticker.nanos();
    }

    public boolean passed() {
        return nanosLeft() <= 0;
    }
}
