package dev.mobula.retrieval.source;

/// A source that is replaced whole now and then, by one that was made from newer data; empty until the first.
public final class SwappedSource implements CandidateSource {
    private final String name;
    private volatile CandidateSource current;

    public SwappedSource(String name) {
        this.name = name;
        current = new Nothing(name);
    }

    /// Finds nothing.
    private record Nothing(String name) implements CandidateSource {
        @Override
        public void find(SourceQuery query, Candidates found) {}
    }

    /// Queries from now on go to this source; those under way end with the one before.
    public void swap(CandidateSource next) {
        current = next;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public void find(SourceQuery query, Candidates found) {
        current.find(query, found);
    }
}
