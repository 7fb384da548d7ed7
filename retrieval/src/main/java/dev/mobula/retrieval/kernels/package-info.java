/// Arithmetic on vectors: dot product, squared distance, cosine, int8 codes against a float query.
///
/// The only package of this module that knows the Vector API. [Kernels#best()] is picked once from what the
/// processor has; [ScalarKernels] is the plain twin that every kernel is compared with.
@NullMarked
package dev.mobula.retrieval.kernels;

import org.jspecify.annotations.NullMarked;
