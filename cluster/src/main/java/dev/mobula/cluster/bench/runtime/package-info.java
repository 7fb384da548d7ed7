/// What the runtime costs: calls, batches, fan-outs, shipments and recoveries, beside plain Ray.
///
/// Open [dev.mobula.cluster.bench.runtime.RuntimeBench] first.
@NullMarked
package dev.mobula.cluster.bench.runtime;

import org.jspecify.annotations.NullMarked;
