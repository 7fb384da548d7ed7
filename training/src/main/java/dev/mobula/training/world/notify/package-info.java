/// A simulated quarter of notifications: people who come anyway, or because of a message, tire of messages, and turn them
/// off for good.
///
/// Open [VolumeWorld] first.
@NullMarked
package dev.mobula.training.world.notify;

import org.jspecify.annotations.NullMarked;
