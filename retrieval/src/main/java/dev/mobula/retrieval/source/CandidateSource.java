package dev.mobula.retrieval.source;

/// Finds candidates in one way. Called from many threads at once.
public interface CandidateSource {
    /// A short name, the same for the life of the source: `ann`, `followed`.
    String name();

    /// Adds candidates, best first and no id twice, until `found` has no room. A source that takes long looks at the
    /// query's deadline and stops there, saying so with [Candidates#cutShort].
    void find(SourceQuery query, Candidates found);
}
