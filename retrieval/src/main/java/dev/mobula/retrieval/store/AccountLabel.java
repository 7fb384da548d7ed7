package dev.mobula.retrieval.store;

/// A judgement on an account: what it says, who gave it, and until when it holds.
///
/// @param version of its source; an older one never replaces a newer one
/// @param expiresMillis [Label#NEVER] for one that holds until it is taken back
public record AccountLabel(
        String name, String value, String source, long version, long expiresMillis) {

    /// Whether the label holds at the given time.
    public boolean holdsAt(long nowMillis) {
        return nowMillis < expiresMillis;
    }
}
