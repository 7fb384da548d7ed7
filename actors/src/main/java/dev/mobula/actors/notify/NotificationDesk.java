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
import dev.mobula.ranking.notify.decision.Reason;
import dev.mobula.ranking.notify.ledger.Command;
import dev.mobula.ranking.notify.ledger.LedgerError;
import dev.mobula.ranking.notify.ledger.Outcome;
import dev.mobula.ranking.notify.ledger.Reply;
import dev.mobula.training.TrainingException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
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
     * A decision leaves out what labels bar, reads the person's budget, chooses among what is left, and
     * asks the ledger for what it chose. The ledger may say no, because of what happened meanwhile or what only it knows; the
     * message then waits in its digest, or is held until the time the ledger names, or is dropped when
     * that time is after its end.
     *
     * Chance is drawn from the idempotency key, so a decision that is made again after a lost answer
     * draws the same.
     */
    private static final Logger LOG = LoggerFactory.getLogger(NotificationDesk.class);
    private final DeskParts parts;
    private final Ledgers ledgers;
    private final InstantSource clock;
    private final AtomicReference<@Nullable Terms> terms = new AtomicReference<>();

    public NotificationDesk(DeskParts parts) {
        this.parts = parts;
        ledgers = parts.ledgers();
        clock = parts.clock();
    }

    /// Who keeps the prices by what this desk sees.
    public PriceKeeper keeper() {
        return parts.keeper();
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

    /// Asks once about all items that some asks name.
    public ItemScreen.Looked look(Collection<Long> items) {
        return parts.screen().look(items);
    }

    /// Decides.
    ///
    /// @throws Refused when the ledger has no policy for the tenant, or cannot be believed
    public Decision decide(Ask ask) {
        return decide(ask, look(ask.items()));
    }

    /// Decides, where the items were asked about before.
    public Decision decide(Ask asked, ItemScreen.Looked looked) {
        Map<Long, Reason> barred = looked.barred(asked.owner().user(), asked.items());
        Optional<Ask> open = asked.without(barred.keySet());
        Situation here = situation(asked);
        Choice choice = new Choice();
        if (open.isEmpty()) {
            List<String> reasons = reasons(asked, barred, List.of());
            boolean again = barred.containsValue(Reason.UNCONFIRMED);
            Action nothing = again ? Action.HOLD : Action.DROP;
            return concluded(asked, here, choice, nothing, reasons, Map.of());
        }
        Ask ask = open.get();
        Decider decider = new Decider(here.terms().sheet().rows(), parts.exploration());
        Opportunity at = here.opportunity(ask);
        Optional<Double> trial = parts.trial().chance(ask.owner(), here.now());
        Ruling ruling = new Ruling(here, ask, parts.rule(), trial);
        decider.decide(
                at, here.terms().prices(), here.terms().costs(), uniform(ask), ruling, choice);
        List<String> reasons = reasons(asked, barred, reasons(ask, decider));
        Map<String, Double> prices =
                chosen(ask, choice)
                        .map(one -> PriceParts.of(here.terms().sheet(), one, at, choice))
                        .orElse(Map.of());
        Decision decision = concluded(ask, here, choice, choice.action(), reasons, prices);
        parts.keeper().saw(ask, at, choice, decision.sends());
        log(ask, decision, choice, ruling, here);
        return decision;
    }

    private Situation situation(Ask ask) {
        Terms ready = terms(parts.board().current());
        long now = clock.millis();
        CompletableFuture<Outcome> outcomes = ledgers.apply(new Command.GetOutcomes(ask.owner()));
        Reply answer = Answers.await(ledgers.apply(new Command.GetBudget(ask.owner()))).reply();
        if (!(answer instanceof Reply.Budget budget)) {
            throw refusal(answer);
        }
        return Situation.of(ready, budget, Answers.await(outcomes), now);
    }

    /// What the ledger did not let go, or would not have, nobody could have sent; a critical message is no experiment.
    private void log(Ask ask, Decision decision, Choice choice, Ruling ruling, Situation here) {
        boolean critical =
                chosen(ask, choice).stream().anyMatch(one -> one.priority() == Priority.CRITICAL);
        boolean free = here.sendsLeft() > 0 && decision.denied().isEmpty();
        if (parts.log().isEmpty() || choice.candidate() < 0 || critical || !free) {
            return;
        }
        boolean sends = choice.action() == Action.SEND_NOW || choice.action() == Action.SEND_AT;
        try {
            var _ = parts.log().get().log(ask, decision, sends, ruling.known());
        } catch (TrainingException full) {
            LOG.warn("a decision is not in the log: {}", full.getMessage());
        }
    }

    /// Learns that a person did what is wanted after a decision of this desk.
    public void rewarded(String decision) {
        parts.wording().rewarded(decision);
    }

    private Terms terms(PriceSheet sheet) {
        Terms last = terms.get();
        if (last == null || last.sheet().version() != sheet.version()) {
            last = Terms.of(sheet);
            terms.set(last);
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

    /// In the order of the candidates that were asked about: why one is barred, or how it fared among the others.
    private static List<String> reasons(Ask asked, Map<Long, Reason> barred, List<String> open) {
        Iterator<String> fared = open.iterator();
        return asked.candidates().stream()
                .map(
                        candidate ->
                                candidate
                                        .item()
                                        .map(barred::get)
                                        .map(Reason::name)
                                        .orElseGet(fared::next))
                .toList();
    }

    private static List<String> reasons(Ask ask, Decider decider) {
        List<String> reasons = new ArrayList<>();
        for (int i = 0; i < ask.candidates().size(); i++) {
            reasons.add(decider.reason(i).name());
        }
        return reasons;
    }

    private static Optional<Ask.Candidate> chosen(Ask ask, Choice choice) {
        return choice.candidate() < 0
                ? Optional.empty()
                : Optional.of(ask.candidates().get(choice.candidate()));
    }

    private Decision concluded(
            Ask ask,
            Situation here,
            Choice choice,
            Action wanted,
            List<String> reasons,
            Map<String, Double> prices) {
        Optional<Ask.Candidate> chosen = chosen(ask, choice);
        Action action = wanted;
        long now = here.now();
        long at = choice.slot() > 0 ? now + choice.slot() * Situation.HOUR : now;
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
        Wording.Chosen worded =
                chosen.filter(message -> goes)
                        .map(
                                message ->
                                        parts.wording()
                                                .choose(
                                                        id,
                                                        ask.owner().user(),
                                                        message.templates(),
                                                        now))
                        .orElse(Wording.Chosen.NONE);
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
                        choice.opportunityCost(),
                        prices),
                choice.propensity(),
                choice.explored(),
                reasons,
                here.terms().sheet().version(),
                here.budget().policyVersion(),
                worded.template(),
                worded.probability(),
                parts.board().stale());
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
