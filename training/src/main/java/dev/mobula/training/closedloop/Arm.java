package dev.mobula.training.closedloop;

/// Who serves in an experiment, each in a life of the same world of its own.
public enum Arm {
    /// Anything on offer.
    RANDOM("random"),
    /// What was clicked most lately.
    POPULARITY("popularity"),
    /// The engine with the model of its first retraining, for ever.
    FIRST_MODEL("first model"),
    /// The engine, learning anew from what it served in every generation.
    RETRAINED("retrained"),
    /// Who knows the truth.
    ORACLE("oracle");

    private final String title;

    Arm(String title) {
        this.title = title;
    }

    public String title() {
        return title;
    }
}
