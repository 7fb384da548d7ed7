package dev.mobula.ranking.safety;

import java.util.LinkedHashMap;
import java.util.Map;

/*
 * Two memories of a session's turn scores: a moving average, which forgets by a third per turn, and a one-sided
 * cumulative sum max(0, s + score - DRIFT), which forgets nothing that keeps coming (Page 1954). A turn that is harmless
 * alone and one of many such raises the sum over its bar; single high scores are the turn's own matter.
 */
/// How the risk of conversations moves over their turns. Sessions beyond the limit are forgotten, the longest silent
/// first.
final class SessionRisk {
    static final int SESSIONS_MAX = 100_000;
    static final double BAR = 1.0;

    private static final double KEPT = 2 / 3.0;
    private static final double DRIFT = .15;

    private final Map<String, State> sessions =
            new LinkedHashMap<>(1024, .75f, true) {
                private static final long serialVersionUID = 1L;

                @Override
                protected boolean removeEldestEntry(Map.Entry<String, State> eldest) {
                    return size() > SESSIONS_MAX;
                }
            };

    /// @param average moving average of the turns' scores
    /// @param sum cumulative sum above what harmless talk comes to
    record State(double average, double sum, int turns) {
        static final State NEW = new State(0, 0, 0);

        boolean isRisky() {
            return sum >= BAR && turns > 1;
        }

        private State after(double score) {
            return new State(
                    turns == 0 ? score : KEPT * average + (1 - KEPT) * score,
                    Math.max(0, sum + score - DRIFT),
                    turns + 1);
        }
    }

    /// The session's state after a turn.
    synchronized State turn(String client, String session, double score) {
        String key = client + '\n' + session;
        State next = sessions.getOrDefault(key, State.NEW).after(score);
        sessions.put(key, next);
        return next;
    }
}
