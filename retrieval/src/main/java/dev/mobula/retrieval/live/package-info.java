/// The live index: a few thousand vectors that can be written and searched at once.
///
/// It holds what is newer than the frozen snapshot. Open [LiveIndex] first.
@NullMarked
package dev.mobula.retrieval.live;

import org.jspecify.annotations.NullMarked;
