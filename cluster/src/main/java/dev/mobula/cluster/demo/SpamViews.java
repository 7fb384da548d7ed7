package dev.mobula.cluster.demo;

/// Views of a simulated world's users.
///
/// @param spam those that were of spam, which only the world knows
public record SpamViews(long all, long spam) {
    static final SpamViews NONE = new SpamViews(0, 0);

    SpamViews and(SpamViews more) {
        return new SpamViews(all + more.all, spam + more.spam);
    }

    /// What came after an earlier moment.
    public SpamViews since(SpamViews before) {
        return new SpamViews(all - before.all, spam - before.spam);
    }

    /// Of 10,000 views, how many were of spam.
    public double per10k() {
        return 10_000.0 * spam / Math.max(1, all);
    }
}
