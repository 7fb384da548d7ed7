package dev.mobula.cluster.doctor;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;

/// One thing the doctor looked at: how it is, what was found, and how to mend it.
///
/// @param mend empty when all is well
@JsonPropertyOrder({"what", "state", "found", "mend"})
public record Finding(String what, State state, String found, String mend) {
    /// Whether Mobula works with it.
    public enum State {
        /// All is well.
        OK,
        /// Something of Mobula does not work, or will be slow.
        WARN,
        /// Mobula does not work.
        FAIL
    }

    static Finding ok(String what, String found) {
        return new Finding(what, State.OK, found, "");
    }

    static Finding warn(String what, String found, String mend) {
        return new Finding(what, State.WARN, found, mend);
    }

    static Finding fail(String what, String found, String mend) {
        return new Finding(what, State.FAIL, found, mend);
    }
}
