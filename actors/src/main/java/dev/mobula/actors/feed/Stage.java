package dev.mobula.actors.feed;

import java.util.Locale;

/// The stages of a page in their order, each with the share of the request's time by whose end it is over.
///
/// What one stage does not use, the next ones have.
enum Stage {
    PERSON(.10),
    QUERY(.12),
    CANDIDATES(.42),
    FILTER(.44),
    SEEN(.52),
    RANKING(.78),
    PAGE(.80),
    RECHECK(.93),
    SERVED(1);

    private final double endShare;

    Stage(double endShare) {
        this.endShare = endShare;
    }

    double endShare() {
        return endShare;
    }

    /// The name that replies and metrics have for it.
    String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
