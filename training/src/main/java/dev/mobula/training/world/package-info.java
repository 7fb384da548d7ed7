/// A simulated world to try the engine on: users who come, look, act, tire and leave, and items that are posted and fade.
///
/// Open [dev.mobula.training.world.World] first, then [dev.mobula.training.world.Simulation], which lives it against a
/// [dev.mobula.training.world.Policy]. What users answer is defined in `Responses`, when they come in `Habits`; how much
/// of it is like real life stands in the module's `decisions.md`.
@NullMarked
package dev.mobula.training.world;

import org.jspecify.annotations.NullMarked;
