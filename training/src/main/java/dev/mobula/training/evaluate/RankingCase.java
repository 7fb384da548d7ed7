package dev.mobula.training.evaluate;

/// One person to rank items for, and what they really had. The arrays are not to be written.
///
/// @param person by number
/// @param history what is known of the person; never recommended again
/// @param relevant what they had next, ascending
/// @param leftOut other items that must not be recommended
/// @param candidates the only items that are ranked; none for all
@SuppressWarnings("ArrayRecordComponent")
record RankingCase(int person, int[] history, int[] relevant, int[] leftOut, int[] candidates) {
    private static final int[] NONE = {};

    static RankingCase of(int person, int[] history, int[] relevant) {
        return new RankingCase(person, history, relevant, NONE, NONE);
    }

    RankingCase without(int item) {
        return new RankingCase(person, history, relevant, new int[] {item}, candidates);
    }

    RankingCase among(int... items) {
        return new RankingCase(person, history, relevant, leftOut, items);
    }
}
