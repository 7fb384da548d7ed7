package dev.mobula.retrieval.canonical;

/// How often each sign was found in one text.
@SuppressWarnings("EnumOrdinal") // the counts live and die with one text, in memory
final class Traces {
    private final int[] counts = new int[Sign.values().length];

    void add(Sign sign, int times) {
        counts[sign.ordinal()] += times;
    }

    void add(Sign sign) {
        add(sign, 1);
    }

    int count(Sign sign) {
        return counts[sign.ordinal()];
    }
}
