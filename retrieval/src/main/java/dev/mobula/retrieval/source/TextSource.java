package dev.mobula.retrieval.source;

import dev.mobula.retrieval.text.TextIndex;

/// Items whose text matches the words of the query.
public final class TextSource implements CandidateSource {
    private final TextIndex index;

    public TextSource(TextIndex index) {
        this.index = index;
    }

    @Override
    public String name() {
        return "text";
    }

    @Override
    public void find(SourceQuery query, Candidates found) {
        int k = found.room();
        long[] ids = new long[k];
        float[] scores = new float[k];
        int count = index.search(query.text(), k, ids, scores);
        for (int i = 0; i < count; i++) {
            found.add(ids[i], scores[i], Reason.TEXT, 0);
        }
    }
}
