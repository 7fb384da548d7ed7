/// Reports, the queue of what people are to look at, their decisions, and appeals that take decisions back.
///
/// Open [dev.mobula.actors.safety.review.ReviewDesk].
@NullMarked
package dev.mobula.actors.safety.review;

import org.jspecify.annotations.NullMarked;
