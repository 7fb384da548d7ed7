/// A stream of posts with campaigns in it that learn from what is blocked, for trying defences on.
///
/// Open [dev.mobula.training.world.spam.SpamWorld].
@NullMarked
package dev.mobula.training.world.spam;

import org.jspecify.annotations.NullMarked;
