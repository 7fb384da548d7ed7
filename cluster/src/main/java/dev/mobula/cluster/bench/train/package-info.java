/// How fast models train, beside PyTorch doing the same work.
///
/// Open [dev.mobula.cluster.bench.train.TrainBench] first.
@NullMarked
package dev.mobula.cluster.bench.train;

import org.jspecify.annotations.NullMarked;
