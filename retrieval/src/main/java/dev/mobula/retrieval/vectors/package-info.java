/// Vectors as rows of memory: what a metric means, how a row is laid out, what input is refused.
///
/// Open [VectorRows] first: padded float rows outside the heap. [Int8Rows] holds their codes.
@NullMarked
package dev.mobula.retrieval.vectors;

import org.jspecify.annotations.NullMarked;
