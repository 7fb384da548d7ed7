/// Finds candidates: vectors and their index, the entity store, the sources, text, files.
///
/// A plain library: it knows nothing of processes, networks or clusters. The feature packages below this one
/// stand alone; what they share is the one exception they all throw. Open [RetrievalException] first.
@NullMarked
package dev.mobula.retrieval;

import org.jspecify.annotations.NullMarked;
