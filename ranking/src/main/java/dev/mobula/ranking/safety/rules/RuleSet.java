package dev.mobula.ranking.safety.rules;

import java.util.ArrayList;
import java.util.List;

/// Checked rules with their breakers. One thread evaluates; the counters are the caller's.
///
/// ```
/// let burst = count(event.author, 1m)
/// rule spam_burst {
///   when burst > 5 and score("spam", event.text) > 0.8 and not in_set("trusted", event.author)
///   then label("spam", 7d), review("spam")
///   limit 1000 per day, 5 %
/// }
/// ```
public final class RuleSet {
    /// The most rules.
    public static final int RULES_MAX = 10_000;

    private final List<Rule> rules;
    private final List<Functions.Site> sites;
    private final List<Breaker> breakers = new ArrayList<>();

    private RuleSet(List<Rule> rules, List<Functions.Site> sites) {
        this.rules = List.copyOf(rules);
        this.sites = List.copyOf(sites);
        rules.forEach(rule -> breakers.add(new Breaker(rule.perDay(), rule.shareMax())));
    }

    /// Reads rules, or refuses with line, column and reason.
    public static RuleSet parse(String source, EventSchema schema) {
        Parser parser = new Parser(source, schema);
        List<Rule> rules = parser.rules();
        return new RuleSet(rules, parser.sites());
    }

    /// What a rule wants done.
    @FunctionalInterface
    public interface Sink {
        /// Told for every rule that holds, with its place.
        ///
        /// @param stopped whether the rule's breaker is open, so that nothing may be done
        void holds(int rule, List<Effect> effects, boolean stopped);
    }

    public List<String> names() {
        return rules.stream().map(Rule::name).toList();
    }

    /// How many counters are updated with every event.
    public int counters() {
        return sites.size();
    }

    /// The words of the counters, in the order of their numbers: they name a counter in all versions of the rules.
    public List<String> counterNames() {
        return sites.stream().map(Functions.Site::words).toList();
    }

    /// Counts the event, and evaluates every rule on it.
    public void evaluate(RuleEvent event, Facts facts, Counters counters, Sink sink) {
        count(event, facts, counters);
        judge(event, facts, counters, sink);
    }

    /// Counts the event.
    public void count(RuleEvent event, Facts facts, Counters counters) {
        Run run = new Run(event, facts, counters);
        for (int i = 0; i < sites.size(); i++) {
            sites.get(i).count(run);
        }
    }

    /// Evaluates every rule on an event that was counted.
    public void judge(RuleEvent event, Facts facts, Counters counters, Sink sink) {
        Run run = new Run(event, facts, counters);
        for (int i = 0; i < rules.size(); i++) {
            Rule rule = rules.get(i);
            facts.ruleBegins();
            boolean holds = rule.condition().test(run);
            boolean acts = breakers.get(i).after(event.atMillis(), holds);
            if (holds) {
                sink.holds(i, rule.effects(), !acts);
            }
        }
    }

    /// Why a rule stopped itself, empty while it acts.
    public String stopped(int rule) {
        return breakers.get(rule).reason();
    }

    /// How far each rule's breaker is, in the order of the rules.
    public List<BreakerState> breakers() {
        return breakers.stream().map(Breaker::state).toList();
    }

    /// Lets a rule's breaker go on from where it stood before a restart.
    public void resume(int rule, BreakerState state) {
        breakers.get(rule).resume(state);
    }

    /// Lets a rule that stopped itself act again.
    public void reset(int rule) {
        breakers.get(rule).reset();
    }
}
