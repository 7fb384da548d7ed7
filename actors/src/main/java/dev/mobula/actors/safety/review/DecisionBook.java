package dev.mobula.actors.safety.review;

import static dev.mobula.actors.safety.review.CaseBook.people;
import static dev.mobula.actors.safety.review.CaseBook.refused;
import static dev.mobula.actors.safety.review.ReviewRows.key;

import dev.mobula.actors.safety.GivenLabel;
import dev.mobula.actors.safety.Subject;
import dev.mobula.actors.safety.audit.AuditChain;
import dev.mobula.actors.safety.review.Choice.Action;
import dev.mobula.actors.safety.review.Decision.Effect;
import dev.mobula.actors.safety.review.Decision.State;
import dev.mobula.actors.safety.review.ReviewCase.Opinion;
import dev.mobula.actors.safety.review.ReviewDesk.Example;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// The decisions: made by people who hold a case or by rules alone, appealed against, taken back.
///
/// A decision is on record before its effects go to their owners, so that whatever crashes in between is done again.
final class DecisionBook {
    /// Decisions that rules and models make alone are numbered from here on.
    private static final long AUTOMATIC = 1_000_000_000_000L;

    private static final String MADE_ALONE = "automatic";

    private final CaseBook cases;
    private final AuditChain chain;

    DecisionBook(CaseBook cases, AuditChain chain) {
        this.cases = cases;
        this.chain = chain;
    }

    /// What became of an opinion: nothing yet when others must look too, or the decision whose effects are due.
    record Step(ReviewCase now, Optional<Decision> decision) {}

    /// @param held the labels of the subject by now, of which some may be cleared
    Step decide(
            ReviewRows rows,
            String reviewer,
            long caseId,
            Choice choice,
            List<GivenLabel> held,
            long now) {
        ReviewCase before = cases.find(rows, caseId);
        if (!before.isLeasedBy(reviewer, now)) {
            throw refused("case=" + caseId + ": is not held by " + reviewer);
        }
        if (before.isAppeal() != choice.answersAppeals()) {
            throw refused("action=" + choice.action() + ": is no answer to a case of this kind");
        }
        ReviewCase said = before.and(new Opinion(reviewer, choice, now));
        if (said.opinions().size() == 2) {
            Choice first = said.opinions().get(0).choice();
            rows.stats(rows.stats().pair(first.category(), choice.category()));
            said = first.agrees(choice) ? said : said.needing(3);
        }
        if (said.opinions().size() < said.opinionsNeeded()) {
            cases.requeue(rows, before, said);
            return new Step(said, Optional.empty());
        }
        ReviewCase decided = said.decided();
        cases.close(rows, before, decided);
        return new Step(
                decided,
                Optional.of(
                        decided.isAppeal()
                                ? answer(rows, decided, reviewer, choice, now)
                                : conclude(rows, decided, reviewer, choice, held, now)));
    }

    private Decision conclude(
            ReviewRows rows,
            ReviewCase decided,
            String reviewer,
            Choice choice,
            List<GivenLabel> held,
            long now) {
        List<String> seconded =
                decided.opinions().stream()
                        .filter(one -> !one.reviewer().equals(reviewer))
                        .filter(one -> one.choice().agrees(choice))
                        .map(Opinion::reviewer)
                        .toList();
        Decision made =
                made(
                        rows.next(ReviewRows.DECISIONS),
                        decided.id(),
                        decided.subject(),
                        decided.policy(),
                        decided.author(),
                        reviewer,
                        seconded,
                        false,
                        choice,
                        held,
                        now);
        cases.judgeReporters(rows, decided, choice.action() == Action.LABEL);
        store(rows, made, now);
        return made;
    }

    private static Decision made(
            long id,
            long caseId,
            Subject subject,
            String policy,
            long author,
            String by,
            List<String> seconded,
            boolean automatic,
            Choice choice,
            List<GivenLabel> held,
            long now) {
        List<Effect> effects = new ArrayList<>();
        switch (choice.action()) {
            case LABEL ->
                    effects.add(
                            new Effect(
                                    false,
                                    new GivenLabel(
                                            subject,
                                            choice.label(),
                                            Decision.source(id),
                                            1,
                                            choice.expiresMillis())));
            case CLEAR ->
                    held.stream()
                            .filter(label -> label.label().equals(choice.label()))
                            .forEach(label -> effects.add(new Effect(true, label)));
            case DISMISS, UPHOLD, REJECT -> {}
        }
        State state = effects.isEmpty() ? State.STANDING : State.APPLYING;
        return new Decision(
                id, caseId, subject, policy, author, by, seconded, automatic, choice, effects,
                state, now, 0);
    }

    private void store(ReviewRows rows, Decision made, long now) {
        rows.put(ReviewRows.DECISIONS, key(made.id()), made);
        if (made.state() == State.APPLYING) {
            rows.put(ReviewRows.UNSETTLED, key(made.id()), made.id());
        }
        rows.stats(rows.stats().of(made.by(), 1, 0, 0));
        boolean isPositive = made.choice().action() == Action.LABEL;
        String label = isPositive ? made.choice().label() : made.policy();
        example(rows, made, label, isPositive, now);
        Map<String, Object> facts = new TreeMap<>();
        facts.put("decision", made.id());
        facts.put("case", made.caseId());
        facts.put("policy", made.policy());
        facts.put("by", made.by());
        facts.put("seconded", made.seconded());
        facts.put("automatic", made.automatic());
        facts.put("action", made.choice().action());
        facts.put("label", made.choice().label());
        chain.append(
                rows.rows(),
                now,
                "decision",
                facts,
                Map.of(
                        "subject",
                        made.subject().toString(),
                        "reason",
                        made.choice().reason(),
                        "spans",
                        made.choice().spans(),
                        "effects",
                        made.effects()),
                people(made.subject(), made.author()));
    }

    private static void example(
            ReviewRows rows, Decision from, String label, boolean isPositive, long now) {
        long id = rows.next(ReviewRows.EXAMPLES);
        rows.put(
                ReviewRows.EXAMPLES,
                key(id),
                new Example(id, from.subject(), label, isPositive, from.by(), now));
    }

    /// A decision that a rule or a model makes alone; people can appeal against it as against any other.
    Decision act(
            ReviewRows rows,
            Subject subject,
            String policy,
            long author,
            String by,
            Choice choice,
            long now) {
        if (choice.action() != Action.LABEL) {
            throw refused("action=" + choice.action() + ": only labels are given automatically");
        }
        Decision made =
                made(
                        AUTOMATIC + rows.next(MADE_ALONE),
                        0,
                        subject,
                        policy,
                        author,
                        by,
                        List.of(),
                        true,
                        choice,
                        List.of(),
                        now);
        store(rows, made, now);
        return made;
    }

    /// An appeal is answered: upheld, the decision is to be taken back.
    private Decision answer(
            ReviewRows rows, ReviewCase appeal, String reviewer, Choice choice, long now) {
        Decision decision = find(rows, appeal.appealOf());
        if (!CaseBook.isOthers(rows, appeal, reviewer)) {
            throw refused("reviewer=" + reviewer + ": made the decision that is appealed against");
        }
        boolean isUpheld = choice.action() == Action.UPHOLD;
        Decision next =
                isUpheld
                        ? decision.in(
                                decision.effects().isEmpty() ? State.REVERSED : State.REVERSING)
                        : decision;
        if (isUpheld) {
            rows.put(ReviewRows.DECISIONS, key(next.id()), next);
            if (next.state() == State.REVERSING) {
                rows.put(ReviewRows.UNSETTLED, key(next.id()), next.id());
            }
            rows.stats(rows.stats().of(decision.by(), 0, 0, 1));
            boolean wasPositive = decision.choice().action() == Action.LABEL;
            String label = wasPositive ? decision.choice().label() : decision.policy();
            example(rows, decision, label, !wasPositive, now);
        }
        chain.append(
                rows.rows(),
                now,
                "appeal-answered",
                Map.of(
                        "decision",
                        decision.id(),
                        "case",
                        appeal.id(),
                        "by",
                        reviewer,
                        "upheld",
                        isUpheld),
                Map.of("reason", choice.reason()),
                people(decision.subject(), decision.author()));
        return next;
    }

    Decision find(ReviewRows rows, long id) {
        return rows.get(ReviewRows.DECISIONS, key(id), Decision.class)
                .orElseThrow(() -> refused("decision=" + id + ": is not there"));
    }

    /// Opens an appeal against a decision that stands and was not appealed against before.
    ReviewCase appeal(ReviewRows rows, long decisionId, long appellant, String words, long now) {
        Decision decision = find(rows, decisionId);
        if (decision.state() != State.STANDING) {
            throw refused("decision=" + decisionId + ": is " + decision.state());
        }
        if (decision.appealId() != 0) {
            throw refused("decision=" + decisionId + ": was appealed against before");
        }
        if (!people(decision.subject(), decision.author()).contains(appellant)) {
            throw refused("appellant=" + appellant + ": is not whom the decision is about");
        }
        ReviewCase made = ReviewCase.appeal(rows.next(ReviewRows.CASES), decision, words, now);
        cases.add(rows, made);
        rows.put(ReviewRows.DECISIONS, key(decisionId), decision.appealedBy(made.id()));
        rows.stats(rows.stats().of(decision.by(), 0, 1, 0));
        chain.append(
                rows.rows(),
                now,
                "appeal",
                Map.of("decision", decisionId, "case", made.id()),
                Map.of("appellant", appellant, "words", words),
                people(decision.subject(), decision.author(), appellant));
        return made;
    }

    /// The effects of a decision are with their owners, or are taken back.
    Decision settle(ReviewRows rows, long id, long now) {
        Decision decision = find(rows, id);
        rows.delete(ReviewRows.UNSETTLED, key(id));
        State next =
                switch (decision.state()) {
                    case APPLYING, STANDING -> State.STANDING;
                    case REVERSING, REVERSED -> State.REVERSED;
                };
        if (next == decision.state()) {
            return decision;
        }
        Decision settled = decision.in(next);
        rows.put(ReviewRows.DECISIONS, key(id), settled);
        chain.append(
                rows.rows(),
                now,
                next == State.STANDING ? "applied" : "reversed",
                Map.of("decision", id, "effects", decision.effects().size()),
                Map.of(),
                List.of());
        return settled;
    }

    /// Decisions whose effects may not all be with their owners.
    List<Decision> unsettled(ReviewRows rows, int max) {
        List<Decision> found = new ArrayList<>();
        rows.scan(
                ReviewRows.UNSETTLED,
                key(0L),
                (key, id) -> {
                    found.add(find(rows, ReviewRows.read(id, Long.class)));
                    return found.size() < max;
                });
        return found;
    }

    List<Example> examples(ReviewRows rows, long after, int max) {
        List<Example> found = new ArrayList<>();
        rows.scan(
                ReviewRows.EXAMPLES,
                key(after + 1),
                (key, value) -> {
                    found.add(ReviewRows.read(value, Example.class));
                    return found.size() < max;
                });
        return found;
    }

    /// Removes decisions about a person, and what was to be learnt from them.
    void forget(ReviewRows rows, long person) {
        List<Decision> theirs = new ArrayList<>();
        rows.scan(
                ReviewRows.DECISIONS,
                key(0L),
                (key, value) -> {
                    Decision decision = ReviewRows.read(value, Decision.class);
                    if (people(decision.subject(), decision.author()).contains(person)) {
                        theirs.add(decision);
                    }
                    return true;
                });
        theirs.forEach(one -> rows.delete(ReviewRows.DECISIONS, key(one.id())));
        theirs.forEach(one -> rows.delete(ReviewRows.UNSETTLED, key(one.id())));
        List<Example> all = examples(rows, 0, Integer.MAX_VALUE);
        List<Subject> subjects = theirs.stream().map(Decision::subject).toList();
        Subject account = Subject.account(person);
        all.stream()
                .filter(one -> one.subject().equals(account) || subjects.contains(one.subject()))
                .forEach(one -> rows.delete(ReviewRows.EXAMPLES, key(one.id())));
    }

    /// Forgets decisions and examples of long ago, some at a time; how many.
    int prune(ReviewRows rows, long beforeMillis, int max) {
        List<byte[]> old = new ArrayList<>();
        rows.scan(
                ReviewRows.DECISIONS,
                key(0L),
                (key, value) -> {
                    boolean isOld =
                            ReviewRows.read(value, Decision.class).atMillis() < beforeMillis;
                    if (isOld) {
                        old.add(key);
                    }
                    return isOld && old.size() < max;
                });
        old.forEach(key -> rows.delete(ReviewRows.DECISIONS, key));
        List<Example> examples =
                examples(rows, 0, max).stream()
                        .filter(one -> one.atMillis() < beforeMillis)
                        .toList();
        examples.forEach(one -> rows.delete(ReviewRows.EXAMPLES, key(one.id())));
        return old.size() + examples.size();
    }
}
