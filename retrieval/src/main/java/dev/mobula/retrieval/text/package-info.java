/// Search by words: an index of item texts, ranked by BM25.
///
/// Open [TextIndex] first; it is the only type.
@NullMarked
package dev.mobula.retrieval.text;

import org.jspecify.annotations.NullMarked;
