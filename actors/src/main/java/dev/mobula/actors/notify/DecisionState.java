package dev.mobula.actors.notify;

import dev.mobula.ranking.notify.decision.Choice;
import dev.mobula.ranking.notify.ledger.OutcomeKind;
import dev.mobula.ranking.notify.ledger.Reply;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.function.Function;

/// What a learned rule knows of a decision: numbers as they are logged, so that who learns sees what who serves saw.
final class DecisionState {
    static final List<String> NAMES =
            List.of(
                    "fatigue",
                    "sendsLeft",
                    "opportunitiesLeft",
                    "hoursSinceMessage",
                    "hoursSinceOpen",
                    "openRate",
                    "value",
                    "disableCost",
                    "priceCost",
                    "opportunityCost",
                    "hoursToWait",
                    "weekend",
                    "hourSine",
                    "hourCosine");

    private static final int SENDS_MAX = 8;
    private static final double HOURS_MAX = 720;
    private static final double OPENS_IMAGINED = 1;
    private static final double MESSAGES_IMAGINED = 10;
    private static final double DAY_HOURS = 24;
    private static final int SATURDAY = 6;

    private DecisionState() {}

    /// Of the best option of a decision.
    static float[] of(Situation here, Ask ask, Choice best) {
        ZonedDateTime local = Instant.ofEpochMilli(here.now()).atZone(here.zone());
        double angle = 2 * Math.PI * local.getHour() / DAY_HOURS;
        return new float[] {
            (float) here.budget().fatigue(),
            Math.min(SENDS_MAX, here.sendsLeft()),
            (float) Math.log1p(Math.max(0, ask.opportunitiesLeft())),
            hoursSince(here, OutcomeKind.DELIVERED),
            hoursSince(here, OutcomeKind.OPENED),
            (float)
                    ((count(here, OutcomeKind.OPENED) + OPENS_IMAGINED)
                            / (count(here, OutcomeKind.DELIVERED) + MESSAGES_IMAGINED)),
            (float) best.value(),
            (float) best.disableCost(),
            (float) best.priceCost(),
            (float) best.opportunityCost(),
            best.slot(),
            local.getDayOfWeek().getValue() >= SATURDAY ? 1 : 0,
            (float) Math.sin(angle),
            (float) Math.cos(angle)
        };
    }

    private static long count(Situation here, OutcomeKind kind) {
        return here.outcomes().map(Reply.Outcomes::counts).map(at(kind)).orElse(0L);
    }

    /// The logarithm of it; of a month when it never was.
    private static float hoursSince(Situation here, OutcomeKind kind) {
        long last = here.outcomes().map(Reply.Outcomes::lastMillis).map(at(kind)).orElse(0L);
        double hours = last == 0 ? HOURS_MAX : (here.now() - last) / (double) Situation.HOUR;
        return (float) Math.log1p(Math.clamp(hours, 0, HOURS_MAX));
    }

    private static Function<List<Long>, Long> at(OutcomeKind kind) {
        int place = List.of(OutcomeKind.values()).indexOf(kind);
        return all -> place < all.size() ? all.get(place) : 0L;
    }
}
