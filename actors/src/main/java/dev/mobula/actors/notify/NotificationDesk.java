package dev.mobula.actors.notify;

import dev.mobula.actors.ledger.Ledgers;
import dev.mobula.actors.runtime.CallException;
import dev.mobula.actors.runtime.Failure;
import dev.mobula.actors.shards.Answers;
import dev.mobula.ranking.notify.Channel;
import dev.mobula.ranking.notify.Priority;
import dev.mobula.ranking.notify.decision.Action;
import dev.mobula.ranking.notify.decision.Choice;
import dev.mobula.ranking.notify.decision.Decider;
import dev.mobula.ranking.notify.decision.Opportunity;
import dev.mobula.ranking.notify.decision.OpportunityCost;
import dev.mobula.ranking.notify.decision.Prices;
import dev.mobula.ranking.notify.decision.Rows;
import dev.mobula.ranking.notify.decision.SendTimeProfile;
import dev.mobula.ranking.notify.ledger.Command;
import dev.mobula.ranking.notify.ledger.LedgerError;
import dev.mobula.ranking.notify.ledger.Outcome;
import dev.mobula.ranking.notify.ledger.Reply;
import dev.mobula.training.TrainingException;
import dev.mobula.training.price.PriceSolver;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Decides what to send to a person, on which channel and when, and takes the budgets for it.
///
/// Prices steer and may be old; the ledger's counters hold the caps, and have the last word.
public final class NotificationDesk {
    /*
     * A decision reads the person's budget, fills an Opportunity, chooses, and asks the ledger for what
     * it chose. The ledger may say no, because of what happened meanwhile or what only it knows; the
     * message then waits in its digest, or is held until the time the ledger names, or is dropped when
     * that time is after its end.
     *
     * Chance is drawn from the idempotency key, so a decision that is made again after a lost answer
     * draws the same.
     */
    private static final Logger LOG = LoggerFactory.getLogger(NotificationDesk.class);
    private static final long HOUR = Duration.ofHours(1).toMillis();
    private static final double[] DISABLE = {0.0005, 0.0002, 0.0001, 0.001, 0.0003};
    private static final double[] COMPLAINT = {0, 0.0008, 0, 0.0002, 0};
    private static final double LOSS_PER_HOUR = 0.02;
    private static final double HABIT_STRENGTH = 5;
    private static final int SENDS_UNKNOWN = OpportunityCost.SENDS_MAX;
    private static final PriceKeeper.Solver SOLVER =
            (problem, settings, start) -> {
                try (PriceSolver solver = PriceSolver.of(problem, 1)) {
                    return solver.solve(settings, start);
                }
            };

    private final Ledgers ledgers;
    private final PriceBoard board;
    private final PriceKeeper keeper;
    private final Optional<DecisionLog> log;
    private final double exploration;
    private final InstantSource clock;
    private final TemplateChooser templates = new TemplateChooser();
    private final AtomicReference<@Nullable Tables> tables = new AtomicReference<>();

    /// What is worked out once from each version of the prices.
    private record Tables(
            long version, Prices prices, OpportunityCost costs, Optional<PersonCurves> curves) {
        private static Tables of(PriceSheet sheet) {
            return new Tables(
                    sheet.version(),
                    sheet.asPrices(),
                    OpportunityCost.of(sheet.netValues()),
                    sheet.curves().map(PersonCurves::of));
        }
    }

    /// A desk that solves for prices in this process, when it is asked to.
    ///
    /// @param exploration the probability with which chance overrules the best choice, 0 to 0.5
    public NotificationDesk(
            Ledgers ledgers, PriceBoard board, double exploration, InstantSource clock) {
        this(
                ledgers,
                board,
                new PriceKeeper(board, SOLVER, clock),
                Optional.empty(),
                exploration,
                clock);
    }

    /// @param keeper is told of every opportunity
    /// @param log gets every decision in which chance could have a part
    public NotificationDesk(
            Ledgers ledgers,
            PriceBoard board,
            PriceKeeper keeper,
            Optional<DecisionLog> log,
            double exploration,
            InstantSource clock) {
        this.ledgers = ledgers;
        this.board = board;
        this.keeper = keeper;
        this.log = log;
        this.exploration = exploration;
        this.clock = clock;
    }

    /// Who keeps the prices by what this desk sees.
    public PriceKeeper keeper() {
        return keeper;
    }

    /// What the ledger refused, with its own word for it.
    public static final class Refused extends RuntimeException {
        private static final long serialVersionUID = 1L;
        private final LedgerError error;

        public Refused(Reply.Refused refused) {
            super(refused.text(), null, false, false);
            error = refused.error();
        }

        public LedgerError error() {
            return error;
        }
    }

    /// Decides.
    ///
    /// @throws Refused when the ledger has no policy for the tenant, or cannot be believed
    public Decision decide(Ask ask) {
        PriceSheet sheet = board.current();
        long now = clock.millis();
        CompletableFuture<Outcome> outcomes = ledgers.apply(new Command.GetOutcomes(ask.owner()));
        Reply answer = Answers.await(ledgers.apply(new Command.GetBudget(ask.owner()))).reply();
        if (!(answer instanceof Reply.Budget budget)) {
            throw refusal(answer);
        }
        Decider decider = new Decider(sheet.rows(), exploration);
        Choice choice = new Choice();
        Tables ready = tables(sheet);
        Opportunity at = opportunity(ask, sheet, ready.curves(), budget, rates(outcomes), now);
        decider.decide(at, ready.prices(), ready.costs(), uniform(ask), choice);
        Decision decision = concluded(ask, sheet, budget, choice, reasons(ask, decider), now);
        boolean sends = decision.action() == Action.SEND_NOW || decision.action() == Action.SEND_AT;
        keeper.saw(ask, at, choice, sends);
        log(ask, decision, choice, budget.fatigue(), now);
        return decision;
    }

    /// What the ledger did not let go, nobody could have sent; a critical message is no experiment.
    private void log(Ask ask, Decision decision, Choice choice, double fatigue, long now) {
        boolean critical =
                choice.candidate() >= 0
                        && ask.candidates().get(choice.candidate()).priority() == Priority.CRITICAL;
        if (log.isEmpty() || choice.candidate() < 0 || critical || decision.denied().isPresent()) {
            return;
        }
        boolean sends = choice.action() == Action.SEND_NOW || choice.action() == Action.SEND_AT;
        try {
            var _ = log.get().log(ask, decision, sends, fatigue, now);
        } catch (TrainingException full) {
            LOG.warn("a decision is not in the log: {}", full.getMessage());
        }
    }

    /// When in the week the person opens messages.
    private static double[] rates(CompletableFuture<Outcome> outcomes) {
        SendTimeProfile profile = new SendTimeProfile();
        if (Answers.await(outcomes).reply() instanceof Reply.Outcomes told) {
            told.hours()
                    .forEach(hour -> profile.add(hour.ofWeek(), hour.delivered(), hour.opened()));
        }
        return profile.rates(HABIT_STRENGTH);
    }

    /// Learns that a person did what is wanted after a decision of this desk.
    public void rewarded(String decision) {
        templates.rewarded(decision);
    }

    private Tables tables(PriceSheet sheet) {
        Tables last = tables.get();
        if (last == null || last.version() != sheet.version()) {
            last = Tables.of(sheet);
            tables.set(last);
        }
        return last;
    }

    private static RuntimeException refusal(Reply reply) {
        return reply instanceof Reply.Refused refused
                ? new Refused(refused)
                : new CallException(Failure.APPLICATION, "unexpected answer: " + reply);
    }

    private static double uniform(Ask ask) {
        long mixed = (ask.key().hashCode() * 31L + ask.owner().user()) * 0x9E3779B97F4A7C15L;
        mixed = (mixed ^ (mixed >>> 32)) * 0xD6E8FEB86659FD93L;
        return (mixed >>> 11) * 0x1.0p-53;
    }

    private static List<String> reasons(Ask ask, Decider decider) {
        List<String> reasons = new ArrayList<>();
        for (int i = 0; i < ask.candidates().size(); i++) {
            reasons.add(decider.reason(i).name());
        }
        return reasons;
    }

    private static Opportunity opportunity(
            Ask ask,
            PriceSheet sheet,
            Optional<PersonCurves> curves,
            Reply.Budget budget,
            double[] rates,
            long now) {
        Optional<PersonCurves.Person> person =
                curves.filter(known -> !ask.features().isEmpty())
                        .map(known -> known.person(ask, budget.fatigue()));
        Opportunity at =
                new Opportunity(sheet.rows())
                        .person(
                                ask.segment(),
                                person.map(PersonCurves.Person::lifetime)
                                        .orElse(ask.lifetimeValue()),
                                person.isPresent() ? 0 : budget.fatigue(),
                                sendsLeft(budget),
                                ask.opportunitiesLeft());
        ZonedDateTime local = Instant.ofEpochMilli(now).atZone(zone(budget));
        at.hours(
                Instant.ofEpochMilli(now).atZone(ZoneOffset.UTC).getHour(),
                closedSlots(budget, now),
                rates,
                (local.getDayOfWeek().getValue() - 1) * Rows.HOURS + local.getHour(),
                LOSS_PER_HOUR);
        for (Channel channel : Channel.values()) {
            int index = channel.code() - 1;
            double disable = person.map(PersonCurves.Person::disable).orElse(DISABLE[index]);
            at.channel(index, disable, COMPLAINT[index]);
        }
        ask.candidates().forEach(candidate -> add(at, sheet, person, candidate, now));
        return at;
    }

    private static void add(
            Opportunity at,
            PriceSheet sheet,
            Optional<PersonCurves.Person> person,
            Ask.Candidate candidate,
            long now) {
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
                sheet.type(candidate.type()),
                sheet.campaigns().indexOf(candidate.campaign()),
                candidate.priority(),
                mask,
                lives <= 0 ? 0 : (int) Math.min(Opportunity.SLOTS, Math.ceilDiv(lives, HOUR)),
                !candidate.digest().isEmpty(),
                lifts);
    }

    private static ZoneId zone(Reply.Budget budget) {
        return budget.counters().isEmpty()
                ? ZoneOffset.UTC
                : ZoneId.of(budget.counters().getFirst().zone());
    }

    private static int sendsLeft(Reply.Budget budget) {
        return budget.counters().stream()
                .filter(counter -> counter.name().startsWith("USER/"))
                .mapToInt(Reply.Counter::remaining)
                .min()
                .orElse(SENDS_UNKNOWN);
    }

    /// The slots before the person's quiet hours and gap are over.
    private static int closedSlots(Reply.Budget budget, long now) {
        long until = Math.max(budget.quietUntilMillis(), budget.gapUntilMillis());
        long slots = until <= now ? 0 : Math.ceilDiv(until - now, HOUR);
        return (1 << Math.min(slots, Opportunity.SLOTS)) - 1;
    }

    private Decision concluded(
            Ask ask,
            PriceSheet sheet,
            Reply.Budget budget,
            Choice choice,
            List<String> reasons,
            long now) {
        Optional<Ask.Candidate> chosen =
                choice.candidate() < 0
                        ? Optional.empty()
                        : Optional.of(ask.candidates().get(choice.candidate()));
        Action action = choice.action();
        long at = choice.slot() > 0 ? now + choice.slot() * HOUR : now;
        if (chosen.isPresent()) {
            at = Math.max(at, chosen.get().notBeforeMillis());
        }
        Optional<Channel> channel =
                choice.channel() < 0
                        ? Optional.empty()
                        : Optional.of(Channel.of(choice.channel() + 1));
        Optional<Reply> reserved = Optional.empty();
        boolean sends = action == Action.SEND_NOW || action == Action.SEND_AT;
        if (sends && at > now) {
            action = Action.SEND_AT;
        }
        if (sends && ask.reserves() && chosen.isPresent() && channel.isPresent()) {
            Reply reply = reserve(ask, chosen.get(), channel.get(), at > now ? at : 0);
            reserved = Optional.of(reply);
            if (reply instanceof Reply.Denied denied) {
                action = afterDenial(chosen.get(), denied);
                at = denied.retryAtMillis();
            }
        }
        String id = ask.owner().tenant() + "~" + ask.owner().user() + "~" + ask.key();
        boolean goes = action == Action.SEND_NOW || action == Action.SEND_AT;
        TemplateChooser.Chosen worded =
                chosen.filter(message -> goes)
                        .map(
                                message ->
                                        templates.choose(
                                                id, ask.owner().user(), message.templates(), now))
                        .orElse(TemplateChooser.Chosen.NONE);
        return new Decision(
                id,
                action,
                chosen.map(Ask.Candidate::notification).orElse(""),
                channel,
                action == Action.DROP ? 0 : at,
                action == Action.DIGEST ? chosen.map(Ask.Candidate::digest).orElse("") : "",
                reserved.filter(Reply.Granted.class::isInstance).map(Reply.Granted.class::cast),
                reserved.filter(Reply.Denied.class::isInstance).map(Reply.Denied.class::cast),
                new Decision.Worth(
                        choice.netValue(),
                        choice.value(),
                        choice.disableCost(),
                        choice.priceCost(),
                        choice.opportunityCost()),
                choice.propensity(),
                choice.explored(),
                reasons,
                sheet.version(),
                budget.policyVersion(),
                worded.template(),
                worded.probability(),
                board.stale());
    }

    private static Action afterDenial(Ask.Candidate chosen, Reply.Denied denied) {
        if (!chosen.digest().isEmpty()) {
            return Action.DIGEST;
        }
        boolean later =
                denied.retryAtMillis() > 0 && denied.retryAtMillis() < chosen.expiresAtMillis();
        return later ? Action.HOLD : Action.DROP;
    }

    private Reply reserve(Ask ask, Ask.Candidate chosen, Channel channel, long sendAtMillis) {
        Reply reply =
                Answers.await(
                                ledgers.apply(
                                        new Command.Reserve(
                                                ask.owner(),
                                                channel,
                                                chosen.type(),
                                                chosen.priority(),
                                                1,
                                                chosen.group(),
                                                chosen.counters(),
                                                sendAtMillis,
                                                chosen.expiresAtMillis(),
                                                Command.TTL_MILLIS_MAX,
                                                0,
                                                "decide:" + ask.key())))
                        .reply();
        if (reply instanceof Reply.Refused) {
            throw refusal(reply);
        }
        return reply;
    }
}
