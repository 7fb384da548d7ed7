package dev.mobula.actors.loop;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.util.List;

/// One turn of the loop, as far as it has come.
///
/// @param bundle the bundle it made, empty before
/// @param version the model's version in that bundle, empty before it is installed
/// @param before the version that answered when the turn began to serve, to which a turn goes back
/// @param against why it was turned down; empty while it goes on and when it was kept
public record Turn(
        int number,
        Phase phase,
        String bundle,
        String version,
        String before,
        List<String> against) {
    public Turn {
        against = List.copyOf(against);
    }

    static Turn first(int number) {
        return new Turn(number, Phase.LEARN, "", "", "", List.of());
    }

    /// Whether nothing more will happen in it.
    @JsonIgnore
    public boolean isOver() {
        return phase == Phase.DONE || !against.isEmpty();
    }

    /// Whether its model is the one that serves.
    @JsonIgnore
    public boolean isKept() {
        return phase == Phase.DONE && against.isEmpty();
    }

    Turn at(Phase next) {
        return new Turn(number, next, bundle, version, before, against);
    }

    Turn of(String bundleId) {
        return new Turn(number, phase, bundleId, version, before, against);
    }

    Turn serving(String newVersion, String oldVersion) {
        return new Turn(number, phase, bundle, newVersion, oldVersion, against);
    }

    Turn turnedDown(List<String> reasons) {
        return new Turn(number, phase, bundle, version, before, reasons);
    }
}
