/// `./mobula evaluate sequences`: counting, a transformer and both together, judged by leave-one-out.
///
/// Open `SequencesJudge` first.
@NullMarked
package dev.mobula.cluster.evaluate.sequences;

import org.jspecify.annotations.NullMarked;
