/// What every part of notifications speaks of: channels, priorities, and why a message may not be sent.
///
/// `window` says when a budget starts anew and when a person wants quiet, `ledger` counts every message so that no cap
/// is ever passed, `decision` chooses what to send, when and where. Open [dev.mobula.ranking.notify.window.CalendarWindows] first.
@NullMarked
package dev.mobula.ranking.notify;

import org.jspecify.annotations.NullMarked;
