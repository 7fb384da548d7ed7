package dev.mobula.retrieval.source;

import dev.mobula.retrieval.shard.Hits;
import dev.mobula.retrieval.text.TextIndex;
import java.util.Arrays;

/// Items whose text matches the words of the query.
public final class TextSource implements CandidateSource {
    private final WordSearch search;

    /// Finds in one index.
    public TextSource(TextIndex index) {
        this(
                (words, k, deadline) -> {
                    long[] ids = new long[k];
                    float[] scores = new float[k];
                    int count = index.search(words, k, ids, scores);
                    return new Hits(Arrays.copyOf(ids, count), Arrays.copyOf(scores, count), true);
                });
    }

    public TextSource(WordSearch search) {
        this.search = search;
    }

    @Override
    public String name() {
        return "text";
    }

    @Override
    public void find(SourceQuery query, Candidates found) {
        if (query.text().isBlank()) {
            return;
        }
        Hits hits = search.search(query.text(), found.room(), query.deadline());
        for (int i = 0; i < hits.size(); i++) {
            found.add(hits.ids()[i], hits.scores()[i], Reason.TEXT, 0);
        }
        if (!hits.complete()) {
            found.cutShort();
        }
    }
}
