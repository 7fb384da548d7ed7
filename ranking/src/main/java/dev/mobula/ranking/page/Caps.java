package dev.mobula.ranking.page;

import dev.mobula.ranking.RankingException;
import dev.mobula.ranking.RankingException.Code;

/// How many of one author and of one topic a page may show. Candidates without either are not counted.
public record Caps(int perAuthorMax, int perTopicMax) {
    public static final Caps NONE = new Caps(Integer.MAX_VALUE, Integer.MAX_VALUE);

    public Caps {
        if (perAuthorMax < 1 || perTopicMax < 1) {
            throw new RankingException(
                    Code.INVALID_REQUEST,
                    "perAuthorMax=" + perAuthorMax + " perTopicMax=" + perTopicMax);
        }
    }

    /// Counts a page as it grows.
    Count count(PagePool pool) {
        return new Count(pool);
    }

    final class Count {
        private final PagePool pool;
        private final int[] authors;
        private final int[] topics;

        private Count(PagePool pool) {
            this.pool = pool;
            this.authors = new int[pool.authorCount()];
            this.topics = new int[pool.topicCount()];
        }

        boolean admits(int index) {
            int author = pool.author(index);
            int topic = pool.topic(index);
            return (author < 0 || authors[author] < perAuthorMax)
                    && (topic < 0 || topics[topic] < perTopicMax);
        }

        void add(int index) {
            change(index, 1);
        }

        void remove(int index) {
            change(index, -1);
        }

        private void change(int index, int by) {
            if (pool.author(index) >= 0) {
                authors[pool.author(index)] += by;
            }
            if (pool.topic(index) >= 0) {
                topics[pool.topic(index)] += by;
            }
        }
    }
}
