/// The promoted rules at work: over the posts, the acts and the reports as they come, with those in the shadow beside.
///
/// Open [dev.mobula.actors.safety.rules.LiveRules].
@NullMarked
package dev.mobula.actors.safety.rules;

import org.jspecify.annotations.NullMarked;
