/// Rules over events: a small typed language without loops, counters in windows, effects, and a breaker for rules that
/// touch too much.
///
/// Open [dev.mobula.ranking.safety.rules.RuleSet] first.
@NullMarked
package dev.mobula.ranking.safety.rules;

import org.jspecify.annotations.NullMarked;
