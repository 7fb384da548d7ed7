package dev.mobula.ranking.safety.rules;

/// What rules ask about besides the event: models, sets and labels. Called by the thread that evaluates.
public interface Facts {
    /// Knows nothing: scores are 0, sets are empty, nobody bears a label.
    Facts NONE =
            new Facts() {
                @Override
                public double score(String model, String text) {
                    return 0;
                }

                @Override
                public boolean inSet(String set, String member) {
                    return false;
                }

                @Override
                public boolean label(String subject, String label) {
                    return false;
                }
            };

    double score(String model, String text);

    boolean inSet(String set, String member);

    boolean label(String subject, String label);

    /// How likely the campaign that a text is part of is one hand's work, 0..1; 0 for none.
    default double campaign(String text) {
        return 0;
    }

    /// How surely an account acts together with others beyond what its activity explains, 0..1.
    default double graphScore(String actor) {
        return 0;
    }

    /// A rule is about to be evaluated.
    default void ruleBegins() {}
}
