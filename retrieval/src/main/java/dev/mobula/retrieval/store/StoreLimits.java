package dev.mobula.retrieval.store;

import static dev.mobula.retrieval.RetrievalException.invalid;

/// The size of everything a store takes in; over it the answer is a clear refusal.
public record StoreLimits(
        int attributesPerItemMax,
        int nameBytesMax,
        int textBytesMax,
        int wordsPerAttributeMax,
        int labelsPerItemMax,
        int embeddingDimMax,
        int itemBytesMax,
        int edgesPerUserAndKindMax,
        int countersPerUserMax,
        int writesPerBatchMax) {

    /// Room for any item or user of an ordinary product.
    public static final StoreLimits DEFAULT =
            new StoreLimits(256, 128, 64 << 10, 1_024, 64, 4_096, 1 << 20, 200_000, 1_024, 4_096);

    public StoreLimits {
        positive("attributesPerItemMax", attributesPerItemMax);
        positive("nameBytesMax", nameBytesMax);
        positive("textBytesMax", textBytesMax);
        positive("wordsPerAttributeMax", wordsPerAttributeMax);
        positive("labelsPerItemMax", labelsPerItemMax);
        positive("embeddingDimMax", embeddingDimMax);
        positive("itemBytesMax", itemBytesMax);
        positive("edgesPerUserAndKindMax", edgesPerUserAndKindMax);
        positive("countersPerUserMax", countersPerUserMax);
        positive("writesPerBatchMax", writesPerBatchMax);
    }

    private static void positive(String name, int value) {
        if (value < 1) {
            throw invalid(name, value, "must be at least 1");
        }
    }
}
