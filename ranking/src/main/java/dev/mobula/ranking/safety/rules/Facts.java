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
}
