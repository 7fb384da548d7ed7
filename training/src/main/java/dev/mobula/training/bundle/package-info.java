/// What is served, as one thing: models, index, schema, calibrators, weights, where they come from and what was measured.
///
/// A [Bundle] is named by the digest of its manifest and never changes; a [BundleStore] keeps them and one durable pointer
/// to the promoted one, which [Gates] guard. Open [BundleStore] first.
@NullMarked
package dev.mobula.training.bundle;

import org.jspecify.annotations.NullMarked;
