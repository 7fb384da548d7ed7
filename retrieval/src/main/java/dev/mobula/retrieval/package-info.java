/// Finds candidates: vectors and graphs, sources, filters, text, the entity store.
///
/// Open [dev.mobula.retrieval.shard.IndexShard] first for nearest neighbours. Every failure is a [RetrievalException]
/// whose code says whose fault it is and whether another try can help.
@NullMarked
package dev.mobula.retrieval;

import org.jspecify.annotations.NullMarked;
