package dev.mobula.ranking.safety;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.mobula.ranking.RankingException;
import dev.mobula.ranking.RankingException.Code;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/*
 * Every rule that speaks of a label that holds, on the surface, is asked; the strictest treatment wins, down-ranking
 * weights multiply. A viewer's wish for a label ("spam") or for one source of it ("jo/spam", which goes first) makes it
 * stricter always, and milder only where the rule says that viewers may. On push whatever is not plainly allowed is
 * dropped: nobody asked to be interrupted by it. A negation takes the same source's label back when it is not older.
 *
 * Labels are hierarchical by colons: a rule for "topic:sport", or a wish, speaks for "topic:sport:football" too. A wish
 * counts where no rule speaks, so that viewers can hide or cover what the policy says nothing of.
 */
/// What labels mean on each surface for each viewer: ordered rules, and a decision that says why.
///
/// @param version names it in decisions
public record VisibilityPolicy(String version, List<Rule> rules) {
    /// The most rules.
    public static final int RULES_MAX = 1_000;

    private static final JsonMapper JSON =
            JsonMapper.builder()
                    .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
                    .build();
    private static final char NEGATION = '!';
    private static final char LEVEL = ':';
    private static final int TENTHS = 10;

    public VisibilityPolicy {
        rules = List.copyOf(rules);
        if (rules.size() > RULES_MAX) {
            throw new RankingException(
                    Code.INVALID_REQUEST,
                    "rules=" + rules.size() + ", must be at most " + RULES_MAX);
        }
    }

    /// Where something is shown.
    public enum Surface {
        FOLLOWING,
        DISCOVER,
        SEARCH,
        PUSH,
        THREAD,
        PROFILE,
        ADS
    }

    /// What is done, from least to most.
    public enum Treatment {
        ALLOW,
        NO_NOTIFICATION,
        DOWN_RANK,
        INTERSTITIAL,
        DROP
    }

    /// One rule.
    ///
    /// @param source the only source it believes, or null for all
    /// @param surfaces where it holds, none for everywhere
    /// @param confidenceMin labels less sure than this do not count
    /// @param weight what the value is multiplied by when it is down-ranked
    /// @param viewerMayRelax whether a viewer may ask for less
    public record Rule(
            String label,
            @Nullable String source,
            Set<Surface> surfaces,
            double confidenceMin,
            Treatment treatment,
            double weight,
            boolean viewerMayRelax) {
        public Rule {
            surfaces = Set.copyOf(surfaces);
            if (label.isEmpty() || label.charAt(0) == NEGATION) {
                throw new RankingException(
                        Code.INVALID_REQUEST, "label='" + label + "', must be a label's name");
            }
            if (!(weight >= 0 && weight <= 1) || !(confidenceMin >= 0 && confidenceMin <= 1)) {
                throw new RankingException(
                        Code.INVALID_REQUEST,
                        "rule of '%s': weight=%s, confidenceMin=%s, must be 0..1"
                                .formatted(label, weight, confidenceMin));
            }
        }

        /// A rule everywhere, for all sources, that no viewer can relax.
        public static Rule of(String label, Treatment treatment) {
            return new Rule(label, null, Set.of(), 0, treatment, .5, false);
        }

        public Rule on(Surface... where) {
            return new Rule(
                    label, source, Set.of(where), confidenceMin, treatment, weight, viewerMayRelax);
        }

        public Rule relaxable() {
            return new Rule(label, source, surfaces, confidenceMin, treatment, weight, true);
        }

        private boolean speaksOf(Held held, Surface surface) {
            return isWithin(held.label(), label)
                    && (source == null || source.equals(held.source()))
                    && (surfaces.isEmpty() || surfaces.contains(surface))
                    && held.confidence() >= confidenceMin;
        }
    }

    /// A label that something bears; a name that begins with `!` takes one back.
    public record Held(
            String label, String source, double confidence, long version, long expiresMillis) {
        private boolean negates(Held other) {
            return label.length() == other.label.length() + 1
                    && label.charAt(0) == NEGATION
                    && label.startsWith(other.label, 1)
                    && source.equals(other.source)
                    && version >= other.version;
        }
    }

    /// What a viewer wishes.
    public enum Wish {
        HIDE,
        WARN,
        IGNORE;

        private Treatment treatment() {
            return switch (this) {
                case HIDE -> Treatment.DROP;
                case WARN -> Treatment.INTERSTITIAL;
                case IGNORE -> Treatment.ALLOW;
            };
        }

        static Optional<Wish> of(@Nullable String name) {
            for (Wish wish : values()) {
                if (name != null && wish.name().toLowerCase(Locale.ROOT).equals(name)) {
                    return Optional.of(wish);
                }
            }
            return Optional.empty();
        }
    }

    /// What is done with one thing, and why.
    ///
    /// @param weight what its value is multiplied by; 1 unless it is down-ranked
    /// @param reasons one for every rule that spoke, the deciding ones first
    public record Decision(Treatment treatment, double weight, List<String> reasons) {
        static final Decision ALLOWED = new Decision(Treatment.ALLOW, 1, List.of());

        public Decision {
            reasons = List.copyOf(reasons);
        }

        public boolean isShown() {
            return treatment != Treatment.DROP;
        }

        /// Whether it is shown under a cover that says why.
        public boolean isCovered() {
            return treatment == Treatment.INTERSTITIAL;
        }
    }

    /// Decides about something that bears labels.
    ///
    /// @param wishes `hide`, `warn` or `ignore` by label, or by `source/label`
    public Decision decide(
            Collection<Held> labels, Surface surface, Map<String, String> wishes, long nowMillis) {
        if (labels.isEmpty()) {
            return Decision.ALLOWED;
        }
        Treatment treatment = Treatment.ALLOW;
        double weight = 1;
        List<String> reasons = new ArrayList<>();
        for (Held held : labels) {
            if (nowMillis >= held.expiresMillis()
                    || labels.stream().anyMatch(other -> other.negates(held))) {
                continue;
            }
            boolean spoken = false;
            for (int i = 0; i < rules.size(); i++) {
                Rule rule = rules.get(i);
                if (!rule.speaksOf(held, surface)) {
                    continue;
                }
                spoken = true;
                Treatment said = treatment(rule, held, surface, wishes);
                weight *= said == Treatment.DOWN_RANK ? rule.weight() : 1;
                boolean decides = said.compareTo(treatment) > 0;
                String by = "rule " + (i + 1) + " of " + version;
                reasons.add(decides ? 0 : reasons.size(), reason(held, surface, said, by));
                treatment = decides ? said : treatment;
            }
            Treatment wanted = spoken ? Treatment.ALLOW : unruled(held, surface, wishes);
            if (wanted != Treatment.ALLOW) {
                boolean decides = wanted.compareTo(treatment) > 0;
                String reason = reason(held, surface, wanted, "the viewer's wish");
                reasons.add(decides ? 0 : reasons.size(), reason);
                treatment = decides ? wanted : treatment;
            }
        }
        return new Decision(treatment, weight, reasons);
    }

    private static String reason(Held held, Surface surface, Treatment said, String by) {
        return held.label()
                + " by "
                + held.source()
                + " on "
                + name(surface)
                + ": "
                + name(said)
                + " ("
                + by
                + ")";
    }

    private static Treatment treatment(
            Rule rule, Held held, Surface surface, Map<String, String> wishes) {
        Optional<Wish> wish = wish(held, wishes);
        return on(surface, wish.map(w -> wished(rule, w)).orElse(rule.treatment()));
    }

    /// What a viewer wants of a label that no rule speaks of.
    private static Treatment unruled(Held held, Surface surface, Map<String, String> wishes) {
        return on(surface, wish(held, wishes).map(Wish::treatment).orElse(Treatment.ALLOW));
    }

    private static Treatment on(Surface surface, Treatment said) {
        return surface == Surface.PUSH && said != Treatment.ALLOW ? Treatment.DROP : said;
    }

    /// The nearest wish: of the source and the label, of the label, and then of what the label is below.
    private static Optional<Wish> wish(Held held, Map<String, String> wishes) {
        String label = held.label();
        while (!wishes.isEmpty() && !label.isEmpty()) {
            Optional<Wish> found = Wish.of(wishes.get(held.source() + "/" + label));
            if (found.isEmpty()) {
                found = Wish.of(wishes.get(label));
            }
            if (found.isPresent()) {
                return found;
            }
            label = label.substring(0, Math.max(0, label.lastIndexOf(LEVEL)));
        }
        return Optional.empty();
    }

    /// Whether a label is another, or below it.
    private static boolean isWithin(String label, String above) {
        return label.startsWith(above)
                && (label.length() == above.length() || label.charAt(above.length()) == LEVEL);
    }

    private static Treatment wished(Rule rule, Wish wish) {
        Treatment wanted = wish.treatment();
        boolean stricter = wanted.compareTo(rule.treatment()) > 0;
        return stricter || rule.viewerMayRelax() ? wanted : rule.treatment();
    }

    private static String name(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /// Labels that drop whatever bears them from a surface, whoever gave them and however sure: what a filter that knows
    /// names alone may use. [#decide] says more.
    public Set<String> dropped(Surface surface, Map<String, String> wishes) {
        Set<String> dropped = new TreeSet<>();
        for (Rule rule : rules) {
            Held any = new Held(rule.label(), "", 1, 0, Long.MAX_VALUE);
            boolean forAll = rule.source() == null && rule.confidenceMin() <= 0;
            if (forAll
                    && rule.speaksOf(any, surface)
                    && treatment(rule, any, surface, wishes) == Treatment.DROP) {
                dropped.add(rule.label());
            }
        }
        return dropped;
    }

    /// The same and rules besides that drop these labels everywhere.
    public VisibilityPolicy dropping(Collection<String> labels) {
        List<Rule> more = new ArrayList<>(rules);
        labels.stream()
                .sorted()
                .map(label -> Rule.of(label, Treatment.DROP))
                .filter(rule -> !more.contains(rule))
                .forEach(more::add);
        return new VisibilityPolicy(version, more);
    }

    /// What most would begin with. `verdict:NAME`, `rate-limited` and `down-rank:0` to `:9`, the weight in tenths, are what
    /// rules over events give.
    public static VisibilityPolicy usual() {
        Surface[] found = {
            Surface.DISCOVER, Surface.SEARCH, Surface.FOLLOWING, Surface.PUSH, Surface.ADS
        };
        List<Rule> rules = new ArrayList<>();
        rules.addAll(
                List.of(
                        Rule.of("illegal", Treatment.DROP),
                        Rule.of("spam", Treatment.DROP).on(found),
                        Rule.of("spam", Treatment.INTERSTITIAL).on(Surface.THREAD, Surface.PROFILE),
                        Rule.of("harassment", Treatment.DROP).on(found),
                        Rule.of("hate", Treatment.DROP).on(found),
                        Rule.of("self-harm", Treatment.DROP).on(Surface.PUSH, Surface.ADS),
                        Rule.of("self-harm", Treatment.INTERSTITIAL),
                        Rule.of("sexual", Treatment.INTERSTITIAL).relaxable(),
                        Rule.of("violence", Treatment.INTERSTITIAL).relaxable(),
                        Rule.of("offensive", Treatment.DOWN_RANK)
                                .on(Surface.DISCOVER, Surface.SEARCH)
                                .relaxable(),
                        Rule.of("unsure", Treatment.NO_NOTIFICATION),
                        Rule.of("verdict:block", Treatment.DROP),
                        Rule.of("verdict:hold", Treatment.DROP).on(found),
                        Rule.of("rate-limited", Treatment.DROP)
                                .on(Surface.DISCOVER, Surface.SEARCH, Surface.PUSH, Surface.ADS)));
        for (int tenth = 0; tenth < TENTHS; tenth++) {
            rules.add(
                    new Rule(
                            "down-rank:" + tenth,
                            null,
                            Set.of(Surface.DISCOVER, Surface.SEARCH, Surface.FOLLOWING),
                            0,
                            Treatment.DOWN_RANK,
                            tenth / (double) TENTHS,
                            false));
        }
        return new VisibilityPolicy("usual-2", rules);
    }

    public String toJson() {
        try {
            return JSON.writeValueAsString(this);
        } catch (JsonProcessingException cause) {
            throw new IllegalStateException("a policy has JSON", cause);
        }
    }

    /// Reads what [#toJson] writes, or refuses naming the place.
    public static VisibilityPolicy parse(String json) {
        try {
            return JSON.readValue(json, VisibilityPolicy.class);
        } catch (JsonProcessingException cause) {
            throw new RankingException(
                    Code.INVALID_REQUEST,
                    "visibility policy: "
                            + cause.getOriginalMessage()
                            + (cause.getLocation() == null
                                    ? ""
                                    : " at line " + cause.getLocation().getLineNr()),
                    cause);
        }
    }

    /// The surface of that name.
    public static Optional<Surface> surface(String name) {
        return EnumSet.allOf(Surface.class).stream()
                .filter(surface -> name(surface).equals(name))
                .findFirst();
    }
}
