package dev.mobula.actors.notify;

import dev.mobula.ranking.notify.Channel;
import dev.mobula.ranking.notify.decision.Opportunity;
import dev.mobula.ranking.notify.decision.OpportunityCost;
import dev.mobula.ranking.notify.decision.Rows;
import dev.mobula.ranking.notify.decision.SendTimeProfile;
import dev.mobula.ranking.notify.ledger.Outcome;
import dev.mobula.ranking.notify.ledger.Reply;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.Optional;

/// A person at the moment of a decision: what the ledger says of them, and of messages they got before.
///
/// @param outcomes of messages before; none when nothing is known
record Situation(Terms terms, Reply.Budget budget, Optional<Reply.Outcomes> outcomes, long now) {
    static final long HOUR = Duration.ofHours(1).toMillis();

    private static final double[] DISABLE = {0.0005, 0.0002, 0.0001, 0.001, 0.0003};
    private static final double[] COMPLAINT = {0, 0.0008, 0, 0.0002, 0};
    private static final double LOSS_PER_HOUR = 0.02;
    private static final double HABIT_STRENGTH = 5;
    private static final int SENDS_UNKNOWN = OpportunityCost.SENDS_MAX;

    static Situation of(Terms terms, Reply.Budget budget, Outcome told, long now) {
        Optional<Reply.Outcomes> outcomes =
                Optional.of(told.reply())
                        .filter(Reply.Outcomes.class::isInstance)
                        .map(Reply.Outcomes.class::cast);
        return new Situation(terms, budget, outcomes, now);
    }

    /// The messages of an ask, as the decider sees them.
    Opportunity opportunity(Ask ask) {
        Optional<PersonCurves.Person> person =
                terms.curves()
                        .filter(known -> !ask.features().isEmpty())
                        .map(known -> known.person(ask, budget.fatigue()));
        Opportunity at =
                new Opportunity(terms.sheet().rows())
                        .person(
                                ask.segment(),
                                person.map(PersonCurves.Person::lifetime)
                                        .orElse(ask.lifetimeValue()),
                                person.isPresent() ? 0 : budget.fatigue(),
                                sendsLeft(),
                                ask.opportunitiesLeft());
        ZonedDateTime local = Instant.ofEpochMilli(now).atZone(zone());
        at.hours(
                Instant.ofEpochMilli(now).atZone(ZoneOffset.UTC).getHour(),
                closedSlots(),
                habits(),
                (local.getDayOfWeek().getValue() - 1) * Rows.HOURS + local.getHour(),
                LOSS_PER_HOUR);
        for (Channel channel : Channel.values()) {
            int index = channel.code() - 1;
            double disable = person.map(PersonCurves.Person::disable).orElse(DISABLE[index]);
            at.channel(index, disable, COMPLAINT[index]);
        }
        ask.candidates().forEach(candidate -> add(at, person, candidate));
        return at;
    }

    private void add(
            Opportunity at, Optional<PersonCurves.Person> person, Ask.Candidate candidate) {
        double[] lifts = new double[Channel.values().length];
        int mask = 0;
        for (Channel channel : candidate.lift().keySet()) {
            int index = channel.code() - 1;
            lifts[index] =
                    person.map(known -> candidate.value() * known.gain(index))
                            .orElse(candidate.lift().getOrDefault(channel, 0.0));
            mask |= 1 << index;
        }
        long lives = candidate.expiresAtMillis() - now;
        at.candidate(
                terms.sheet().type(candidate.type()),
                terms.sheet().campaigns().indexOf(candidate.campaign()),
                candidate.priority(),
                mask,
                lives <= 0 ? 0 : (int) Math.min(Opportunity.SLOTS, Math.ceilDiv(lives, HOUR)),
                !candidate.digest().isEmpty(),
                lifts);
    }

    /// When in the week the person opens messages.
    private double[] habits() {
        SendTimeProfile profile = new SendTimeProfile();
        outcomes.ifPresent(
                told ->
                        told.hours()
                                .forEach(
                                        hour ->
                                                profile.add(
                                                        hour.ofWeek(),
                                                        hour.delivered(),
                                                        hour.opened())));
        return profile.rates(HABIT_STRENGTH);
    }

    ZoneId zone() {
        return budget.counters().isEmpty()
                ? ZoneOffset.UTC
                : ZoneId.of(budget.counters().getFirst().zone());
    }

    /// The messages that the person's own budgets still allow.
    int sendsLeft() {
        return budget.counters().stream()
                .filter(counter -> counter.name().startsWith("USER/"))
                .mapToInt(Reply.Counter::remaining)
                .min()
                .orElse(SENDS_UNKNOWN);
    }

    /// The slots before the person's quiet hours and gap are over.
    private int closedSlots() {
        long until = Math.max(budget.quietUntilMillis(), budget.gapUntilMillis());
        long slots = until <= now ? 0 : Math.ceilDiv(until - now, HOUR);
        return (1 << Math.min(slots, Opportunity.SLOTS)) - 1;
    }
}
