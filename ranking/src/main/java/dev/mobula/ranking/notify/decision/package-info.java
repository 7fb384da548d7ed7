/// Chooses what to send, on which channel and when, or to hold, in a microsecond and without allocating.
///
/// Prices of global budgets and tables of opportunity costs come in ready-made; counters, not this package, hold the caps.
/// Open [Decider] first.
@NullMarked
package dev.mobula.ranking.notify.decision;

import org.jspecify.annotations.NullMarked;
