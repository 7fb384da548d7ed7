package dev.mobula.actors.safety.rules;

import com.fasterxml.jackson.core.type.TypeReference;
import dev.mobula.actors.safety.counters.CountedRules;
import dev.mobula.actors.safety.counters.KeyCounters;
import dev.mobula.ranking.RankingException;
import dev.mobula.ranking.safety.rules.BreakerState;
import dev.mobula.ranking.safety.rules.RuleSet;
import dev.mobula.training.TrainingException;
import dev.mobula.training.safety.RuleShelf;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/*
 * The shelf is looked at again and again; when another version acts or is in the shadow, the sets are parsed anew and
 * their breakers go on from where that version's stood. A version that does not fit the events is told of, and what acted
 * before goes on acting: a set of rules is taken whole or not at all.
 */
/// The versions of the rules that are at work. One thread at a time.
final class Rulebook {
    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final TypeReference<Map<String, BreakerState>> STATES = new TypeReference<>() {};

    private final RuleShelf shelf;
    private final KeyCounters counters;
    private final RuleRows rows;
    private List<Role> roles = List.of();
    private CountedRules counted;
    private int active;
    private int shadow;
    private String trouble = "";

    /// A version at work.
    ///
    /// @param acts whether it does what it says, or is only judged
    record Role(int version, RuleSet rules, boolean acts) {
        String key() {
            return "breakers." + (acts ? "active." : "shadow.") + version;
        }
    }

    Rulebook(RuleShelf shelf, KeyCounters counters, RuleRows rows) {
        this.shelf = shelf;
        this.counters = counters;
        this.rows = rows;
        counted = new CountedRules(List.of(), counters, LIMIT);
    }

    /// Takes up what is on the shelf by now; says whether that is something else.
    boolean refresh() {
        try {
            RuleShelf.State state = shelf.state();
            if (state.active() == active && state.shadow() == shadow) {
                return false;
            }
            List<Role> next = new ArrayList<>();
            role(shelf.active(), true).ifPresent(next::add);
            role(shelf.shadow(), false).ifPresent(next::add);
            roles = List.copyOf(next);
            counted = new CountedRules(roles.stream().map(Role::rules).toList(), counters, LIMIT);
            active = state.active();
            shadow = state.shadow();
            trouble = "";
            return true;
        } catch (RankingException | TrainingException bad) {
            trouble = String.valueOf(bad.getMessage());
            return false;
        }
    }

    private Optional<Role> role(Optional<RuleShelf.Stored> stored, boolean acts) {
        return stored.map(
                one -> {
                    int version = one.version().number();
                    RuleSet rules;
                    try {
                        rules = RuleSet.parse(one.source(), LiveEvent.SCHEMA);
                    } catch (RankingException bad) {
                        throw new RankingException(
                                bad.code(), "version " + version + ": " + bad.getMessage(), bad);
                    }
                    if (rules.counters() > KeyCounters.HITS_MAX / 2) {
                        throw TrainingException.invalid(
                                "version " + version + " counters",
                                rules.counters(),
                                "are too many");
                    }
                    Role role = new Role(version, rules, acts);
                    resume(role);
                    return role;
                });
    }

    private void resume(Role role) {
        Map<String, BreakerState> states = rows.meta(role.key(), STATES).orElse(Map.of());
        for (int i = 0; i < role.rules().names().size(); i++) {
            BreakerState state = states.get(role.rules().names().get(i));
            if (state != null) {
                role.rules().resume(i, state);
            }
        }
    }

    /// Breakers by the name under which they are kept.
    Map<String, Object> states() {
        Map<String, Object> all = new LinkedHashMap<>();
        for (Role role : roles) {
            Map<String, BreakerState> states = new LinkedHashMap<>();
            List<BreakerState> breakers = role.rules().breakers();
            for (int i = 0; i < breakers.size(); i++) {
                states.put(role.rules().names().get(i), breakers.get(i));
            }
            all.put(role.key(), states);
        }
        return all;
    }

    List<Role> roles() {
        return roles;
    }

    CountedRules counted() {
        return counted;
    }

    int active() {
        return active;
    }

    int shadow() {
        return shadow;
    }

    /// Why what is on the shelf is not at work; empty when it is.
    String trouble() {
        return trouble;
    }
}
