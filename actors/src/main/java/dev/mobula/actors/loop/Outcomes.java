package dev.mobula.actors.loop;

import java.util.Map;

/// Tells what came of what every version showed.
@FunctionalInterface
public interface Outcomes {
    /// Counts from this moment on.
    Watch watch();

    /// A count that goes on.
    interface Watch {
        /// By version, of what was shown since the watch began. A version that showed nothing may be absent.
        Map<String, Outcome> soFar();
    }
}
