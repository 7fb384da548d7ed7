/// The simulated world measured: its speed and memory, and what learning in a closed loop with it is worth.
///
/// Open `WorldBench` or `LoopStudy` first.
@NullMarked
package dev.mobula.cluster.bench.world;

import org.jspecify.annotations.NullMarked;
