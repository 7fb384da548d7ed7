package dev.mobula.ranking.experiment;

import java.util.List;
import java.util.Map;

/// A user's arms at one time, and the parameters that follow from them.
public final class Assignment {
    private final long user;
    private final boolean heldOut;
    private final List<Exposure> exposures;
    private final Map<String, String> changed;

    Assignment(long user, boolean heldOut, List<Exposure> exposures, Map<String, String> changed) {
        this.user = user;
        this.heldOut = heldOut;
        this.exposures = List.copyOf(exposures);
        this.changed = Map.copyOf(changed);
    }

    /// That a user was in an arm: to be logged with what the user was shown.
    public record Exposure(String experiment, String arm) {}

    public long user() {
        return user;
    }

    /// Whether the user is kept out of all experiments, to be compared with all of them together.
    public boolean heldOut() {
        return heldOut;
    }

    /// The arms the user is in.
    public List<Exposure> exposures() {
        return exposures;
    }

    /// The value in force for this user.
    public <T> T value(Parameter<T> parameter) {
        String text = changed.get(parameter.name());
        return text == null ? parameter.standard() : parameter.parse(text);
    }
}
