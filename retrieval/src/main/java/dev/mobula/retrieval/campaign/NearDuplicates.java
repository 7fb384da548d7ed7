package dev.mobula.retrieval.campaign;

import static dev.mobula.retrieval.RetrievalException.invalid;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Groups of texts of which each resembles another one of its group.
public final class NearDuplicates {
    /// The most candidates of one key that are compared: beyond them a text joins what its neighbours joined.
    private static final int BUCKET_MAX = 64;

    private NearDuplicates() {}

    /// A group's number for every text, counted from 0 in order of appearance.
    ///
    /// @param jaccardMin how much two texts must share to belong together
    public static int[] groups(List<String> canonicalTexts, double jaccardMin) {
        if (!(jaccardMin > 0 && jaccardMin <= 1)) {
            throw invalid("jaccardMin", jaccardMin, "must be in (0, 1]");
        }
        MinHash hash = MinHash.usual();
        Groups groups = new Groups(canonicalTexts.size());
        Map<Long, List<Integer>> buckets = new HashMap<>();
        List<long[]> shingles = new ArrayList<>(canonicalTexts.size());
        for (int i = 0; i < canonicalTexts.size(); i++) {
            long[] own = Shingles.of(canonicalTexts.get(i));
            shingles.add(own);
            for (long key : hash.keys(own)) {
                List<Integer> bucket = buckets.computeIfAbsent(key, k -> new ArrayList<>(1));
                for (int other : bucket) {
                    if (groups.find(other) != groups.find(i)
                            && Shingles.jaccard(own, shingles.get(other)) >= jaccardMin) {
                        groups.union(i, other);
                    }
                }
                if (bucket.size() < BUCKET_MAX) {
                    bucket.add(i);
                }
            }
        }
        return numbered(groups, canonicalTexts.size());
    }

    private static int[] numbered(Groups groups, int count) {
        Map<Integer, Integer> numbers = new HashMap<>();
        int[] numbered = new int[count];
        for (int i = 0; i < count; i++) {
            numbered[i] = numbers.computeIfAbsent(groups.find(i), root -> numbers.size());
        }
        return numbered;
    }
}
