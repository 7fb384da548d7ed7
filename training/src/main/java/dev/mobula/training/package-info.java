/// Learns: reads data, trains, and judges what was learned.
///
/// A plain library: it knows nothing of processes, networks or clusters. What its packages share is the one exception
/// they all throw. Open [TrainingException] first.
@NullMarked
package dev.mobula.training;

import org.jspecify.annotations.NullMarked;
