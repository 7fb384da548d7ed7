/// When a budget starts anew, and when a person wants quiet.
///
/// Calendar windows are instants, computed once in the user's zone and then kept; rolling caps and gaps are arithmetic
/// on the times of messages; quiet hours are local times. Open [CalendarWindows] first.
@NullMarked
package dev.mobula.ranking.notify.window;

import org.jspecify.annotations.NullMarked;
