/// Counts every message so that no cap is ever passed: reserve, begin, then commit or release.
///
/// A pure state machine: a command, a moment and the stored rows go in, the changed rows and a reply come out; whoever
/// stores the rows of one command in one write has a crash-safe ledger. Open [Ledger] first.
@NullMarked
package dev.mobula.ranking.notify.ledger;

import org.jspecify.annotations.NullMarked;
