/// The serving engine: a layer graph compiled into a short list of products over packed weights.
///
/// Open [dev.mobula.ranking.model.packed.PackedScorer] first.
@NullMarked
package dev.mobula.ranking.model.packed;

import org.jspecify.annotations.NullMarked;
