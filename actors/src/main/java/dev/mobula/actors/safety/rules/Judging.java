package dev.mobula.actors.safety.rules;

import dev.mobula.actors.safety.Subject;
import dev.mobula.actors.safety.counters.Hit;
import dev.mobula.actors.safety.counters.KeyCounters;
import dev.mobula.ranking.safety.rules.Effect;
import dev.mobula.ranking.safety.rules.RuleEvent;
import dev.mobula.retrieval.store.Label;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/*
 * A verdict is the label verdict:NAME, a weight the label down-rank:TENTHS, and who is over a rate bears rate-limited for
 * the window: what these mean on each surface is the visibility policy's to say. What a rule did to a subject it does not
 * do again while that holds.
 */
/// One batch of events being judged. When a service does not answer it goes on where it stopped.
final class Judging {
    private static final long DONE_MILLIS_MAX = Duration.ofDays(30).toMillis();
    private static final long ASKED_MILLIS = Duration.ofDays(1).toMillis();
    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final int CHUNK = 500;
    private static final int TENTHS = 10;

    private final EventFeed.Batch batch;
    private final RuleRows rows;
    private final KeyCounters counters;
    private final LiveFacts facts;
    private final RuleTally tally;
    private final List<RuleAction> due = new ArrayList<>();
    private final Map<String, Long> done = new LinkedHashMap<>();
    private int judged;

    /// What is to be decided once the counters have spoken.
    private record Rate(
            Hit hit,
            Effect.RateLimit limit,
            LiveEvent event,
            Rulebook.Role role,
            String rule,
            String reason) {}

    Judging(
            EventFeed.Batch batch,
            RuleRows rows,
            KeyCounters counters,
            LiveFacts facts,
            RuleTally tally) {
        this.batch = batch;
        this.rows = rows;
        this.counters = counters;
        this.facts = facts;
        this.tally = tally;
    }

    /// Judges what is left of the batch, and stores what comes of it.
    ///
    /// @param acting whether anything automatic is done at all
    /// @return how many actions are due by it
    int finish(Rulebook book, boolean acting, long nowMillis) {
        facts.begin();
        int step =
                Math.clamp(
                        KeyCounters.HITS_MAX / Math.max(1, book.counted().hitsPerEvent()),
                        1,
                        CHUNK);
        while (judged < batch.events().size()) {
            int to = Math.min(batch.events().size(), judged + step);
            List<LiveEvent> some = batch.events().subList(judged, to);
            List<RuleEvent> plain = some.stream().map(LiveEvent::event).toList();
            List<Rate> rates = new ArrayList<>();
            book.counted()
                    .evaluate(
                            plain,
                            facts,
                            (event, set, rule, effects, stopped) ->
                                    held(
                                            some.get(event),
                                            book.roles().get(set),
                                            rule,
                                            effects,
                                            !stopped && acting,
                                            rates,
                                            nowMillis));
            judged = to;
            tally.seen(some.size());
            limit(rates, nowMillis);
        }
        Map<String, Object> meta = new LinkedHashMap<>(batch.meta());
        meta.putAll(book.states());
        rows.write(new RuleRows.Batch(meta, batch.seen(), due, done));
        return due.size();
    }

    EventFeed.Batch batch() {
        return batch;
    }

    /// Whether there is anything to store.
    boolean isWorth() {
        return !batch.isEmpty() || !due.isEmpty();
    }

    /// Something for the log, stored with the batch.
    void note(RuleAction note) {
        due.add(note);
    }

    private void held(
            LiveEvent event,
            Rulebook.Role role,
            int place,
            List<Effect> effects,
            boolean may,
            List<Rate> rates,
            long now) {
        String rule = role.rules().names().get(place);
        if (!role.acts()) {
            tally.held(rule, role, RuleTally.Outcome.JUDGED);
            return;
        }
        tally.held(rule, role, may ? RuleTally.Outcome.ACTED : RuleTally.Outcome.WITHHELD);
        if (!may) {
            return;
        }
        String reason = reason(event, role, rule);
        for (Effect effect : effects) {
            switch (effect) {
                case Effect.Label(String name, long forMillis, Effect.Whom whom) ->
                        event.bearer(whom)
                                .ifPresent(
                                        one ->
                                                label(
                                                        one,
                                                        name,
                                                        until(now, forMillis),
                                                        role,
                                                        rule,
                                                        reason,
                                                        now));
                case Effect.Verdict(String name) ->
                        label(
                                event.subject(),
                                "verdict:" + name,
                                Label.NEVER,
                                role,
                                rule,
                                reason,
                                now);
                case Effect.DownRank(double weight) -> {
                    long tenths = Math.min(TENTHS - 1, Math.round(weight * TENTHS));
                    label(
                            event.subject(),
                            "down-rank:" + tenths,
                            Label.NEVER,
                            role,
                            rule,
                            reason,
                            now);
                }
                case Effect.Review(String queue) ->
                        add(
                                new RuleAction(
                                        RuleAction.Kind.REVIEW,
                                        rule,
                                        role.version(),
                                        event.subject().toString(),
                                        queue,
                                        0,
                                        reason),
                                now + ASKED_MILLIS,
                                now);
                case Effect.RateLimit limit -> {
                    long window =
                            Math.clamp(
                                    limit.windowMillis(),
                                    Hit.WINDOW_MILLIS_MIN,
                                    Hit.WINDOW_MILLIS_MAX);
                    Hit hit =
                            Hit.of(
                                    "rate " + rule,
                                    Long.toString(event.actor()),
                                    window,
                                    event.event().atMillis());
                    rates.add(new Rate(hit, limit, event, role, rule, reason));
                }
            }
        }
    }

    private static long until(long now, long forMillis) {
        return forMillis >= Label.NEVER - now ? Label.NEVER : now + forMillis;
    }

    private String reason(LiveEvent event, Rulebook.Role role, String rule) {
        String rests = facts.evidence();
        return "rule %s of version %d on a %s by %d%s"
                .formatted(
                        rule,
                        role.version(),
                        event.kind(),
                        event.actor(),
                        rests.isEmpty() ? "" : ": " + rests);
    }

    private void limit(List<Rate> rates, long now) {
        for (int from = 0; from < rates.size(); from += KeyCounters.HITS_MAX) {
            List<Rate> some =
                    rates.subList(from, Math.min(rates.size(), from + KeyCounters.HITS_MAX));
            double[] counts = counters.hit(some.stream().map(Rate::hit).toList(), LIMIT).join();
            for (int i = 0; i < counts.length; i++) {
                Rate rate = some.get(i);
                if (counts[i] > rate.limit().count()) {
                    String reason =
                            String.format(
                                    Locale.ROOT,
                                    "%s: %.0f in the window, at most %.0f",
                                    rate.reason(),
                                    counts[i],
                                    rate.limit().count());
                    label(
                            Subject.account(rate.event().actor()),
                            "rate-limited",
                            until(now, rate.limit().windowMillis()),
                            rate.role(),
                            rate.rule(),
                            reason,
                            now);
                }
            }
        }
    }

    private void label(
            Subject subject,
            String name,
            long until,
            Rulebook.Role role,
            String rule,
            String reason,
            long now) {
        RuleAction action =
                new RuleAction(
                        RuleAction.Kind.LABEL,
                        rule,
                        role.version(),
                        subject.toString(),
                        name,
                        until,
                        reason);
        add(action, Math.min(until, now + DONE_MILLIS_MAX), now);
    }

    private void add(RuleAction action, long again, long now) {
        String mark = action.mark();
        if (!done.containsKey(mark) && !rows.isDone(mark, now)) {
            done.put(mark, again);
            due.add(action);
        }
    }
}
