/// Embeddings from the factors of sparse matrices.
///
/// Open [TruncatedSvd] first.
@NullMarked
package dev.mobula.training.factor;

import org.jspecify.annotations.NullMarked;
