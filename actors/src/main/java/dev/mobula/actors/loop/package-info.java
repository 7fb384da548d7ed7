/// The loop that makes a better model of what was served: learn, prove, shadow, canary, promote, watch, and go back.
///
/// [dev.mobula.actors.loop.RetrainingLoop] runs one turn of it; [dev.mobula.actors.loop.Guards] say when a model has to
/// go.
@NullMarked
package dev.mobula.actors.loop;

import org.jspecify.annotations.NullMarked;
