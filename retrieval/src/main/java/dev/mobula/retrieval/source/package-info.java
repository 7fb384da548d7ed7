/// Where candidates come from: one small interface, many sources, and a fan-out that asks them all at once.
///
/// A source adds candidates best first, each with a score and a reason. [Retriever] gives every source its quota and
/// deadline, merges what arrives and says what did not. Open [CandidateSource] first, then [Retriever].
@NullMarked
package dev.mobula.retrieval.source;

import org.jspecify.annotations.NullMarked;
