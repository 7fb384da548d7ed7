package dev.mobula.ranking.features;

/// Where one embedded feature lives: its words in a row, its table, and its columns in the model's input.
///
/// A single value is one word, the table row. A bag (`valuesMax > 1` or declared multi-valued) is a count followed by
/// that many rows. Words of a pair are not stored: they are formed from the two words named by its cross.
public record Slot(
        String feature,
        Side side,
        int word,
        boolean isBag,
        int valuesMax,
        int table,
        int tableRows,
        int column,
        int width,
        String encoder,
        boolean keepsNewest) {
    int words() {
        return isBag ? 1 + valuesMax : 1;
    }
}
