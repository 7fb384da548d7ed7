/// The nearest-neighbour benchmark: Mobula's index against other libraries at equal recall.
///
/// [AnnBench] is the run, a [Contender] is one library, [Sweep] interleaves them and reads times at equal recall.
@NullMarked
package dev.mobula.cluster.bench.ann;

import org.jspecify.annotations.NullMarked;
