/// The simulated world measured: its speed, its memory, and that one seed gives one stream.
///
/// Open `WorldBench` first.
@NullMarked
package dev.mobula.cluster.bench.world;

import org.jspecify.annotations.NullMarked;
