package dev.mobula.actors.notify;

import dev.mobula.ranking.exploration.ArmDistribution;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.LongStream;

/// Chooses how messages are worded, among templates, by chance with the probability told.
public interface Wording {
    /// Draws every template alike, and learns nothing.
    Wording EVEN =
            (decision, user, templates, now) ->
                    templates.isEmpty()
                            ? Chosen.NONE
                            : Chosen.drawn(
                                    ArmDistribution.uniform(arms(templates)),
                                    decision,
                                    user,
                                    templates);

    /// A template, and the probability it was drawn with.
    record Chosen(String template, double probability) {
        static final Chosen NONE = new Chosen("", 1);

        private static Chosen drawn(
                ArmDistribution from, String decision, long user, List<String> templates) {
            ArmDistribution.Draw draw = Wording.draw(from, decision, user);
            return new Chosen(templates.get(draw.index()), draw.probability());
        }
    }

    /// The same decision draws the same from the same distribution.
    static ArmDistribution.Draw draw(ArmDistribution from, String decision, long user) {
        return from.draw(new SplittableRandom(decision.hashCode() * 31L + user));
    }

    /// Templates as the arms of a distribution: their places.
    static long[] arms(List<String> templates) {
        return LongStream.range(0, templates.size()).toArray();
    }

    /// Chooses for a decision; none of none.
    Chosen choose(String decision, long user, List<String> templates, long nowMillis);

    /// Learns that somebody did what is wanted after a decision.
    default void rewarded(String decision) {}

    /// Erases what is known of a person.
    default void forget(long user) {}
}
