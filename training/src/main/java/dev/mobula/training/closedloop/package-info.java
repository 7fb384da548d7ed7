/// The engine in a closed loop with a simulated world: what it serves is what it learns from, and the world tells what
/// that was really worth.
///
/// Open [dev.mobula.training.closedloop.ClosedLoop] first: it compares policies generation by generation.
/// [dev.mobula.training.closedloop.EnginePolicy] is the engine in one thread (index, ranker, exploration, log),
/// [dev.mobula.training.closedloop.Learner] what turns a log into the next model.
@NullMarked
package dev.mobula.training.closedloop;

import org.jspecify.annotations.NullMarked;
