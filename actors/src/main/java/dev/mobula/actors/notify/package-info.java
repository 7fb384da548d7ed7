/// Notifications decided: prices rolled out to everybody, and the desk that chooses and reserves.
///
/// Open [NotificationDesk] first; [PriceBoard] is where prices come from.
@NullMarked
package dev.mobula.actors.notify;

import org.jspecify.annotations.NullMarked;
