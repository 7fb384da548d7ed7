package dev.mobula.ranking.safety.rules;

/// Where rules count: in this process, or in one that keeps what it counted.
public interface Counters {
    /// Counts an event, or one more value, under a key of a place in the rules.
    ///
    /// @param valueHash the value, for distinct ones
    void add(
            int site,
            String key,
            long windowMillis,
            long atMillis,
            boolean distinct,
            long valueHash);

    /// Events in the window that ends at a time.
    double count(int site, String key, long windowMillis, long atMillis);

    /// Different values in the window that ends at a time.
    double distinct(int site, String key, long windowMillis, long atMillis);
}
