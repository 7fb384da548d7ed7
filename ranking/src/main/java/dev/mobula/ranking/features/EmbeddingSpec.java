package dev.mobula.ranking.features;

import dev.mobula.ranking.RankingException;
import dev.mobula.ranking.RankingException.Code;

/// An embedding table that one or more features look rows up in.
///
/// Row 0 stands for a missing value and row 1 for a value outside the vocabulary; values start at row 2.
public record EmbeddingSpec(String name, int rows, int width) {
    public static final int MISSING_ROW = 0;
    public static final int UNKNOWN_ROW = 1;
    public static final int FIRST_ROW = 2;

    private static final int ROWS_MAX = 1 << 28;
    private static final int WIDTH_MAX = 1024;

    public EmbeddingSpec {
        if (name.isBlank()) {
            throw new RankingException(Code.INVALID_SCHEMA, "a table needs a name");
        }
        if (rows <= FIRST_ROW || rows > ROWS_MAX) {
            throw new RankingException(
                    Code.INVALID_SCHEMA,
                    "table '" + name + "': rows=" + rows + ", must be 3.." + ROWS_MAX);
        }
        if (width < 1 || width > WIDTH_MAX) {
            throw new RankingException(
                    Code.INVALID_SCHEMA,
                    "table '" + name + "': width=" + width + ", must be 1.." + WIDTH_MAX);
        }
    }
}
