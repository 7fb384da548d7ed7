package dev.mobula.training.safety;

import dev.mobula.training.columns.Column;
import dev.mobula.training.columns.Rows;
import dev.mobula.training.columns.TableReader;
import dev.mobula.training.data.Rejects;
import dev.mobula.training.data.TableSource;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// What people decided about texts: each says of one text that it is, or is not, what one label says.
public record ReviewedTexts(List<Row> rows) {
    private static final int BATCH_ROWS = 1_024;

    /// One decision.
    public record Row(String text, String label, boolean isPositive) {}

    public ReviewedTexts {
        rows = List.copyOf(rows);
    }

    /// Reads the columns text, label and positive (true or false).
    public static ReviewedTexts read(Path file) {
        List<Row> all = new ArrayList<>();
        List<String> columns = List.of("text:text", "label:text", "positive:text");
        try (TableReader reader = TableSource.open(file, columns, new Rejects(0))) {
            int text = reader.schema().require("text");
            int label = reader.schema().require("label");
            int positive = reader.schema().require("positive");
            boolean isFlag = reader.schema().column(positive).kind() == Column.Kind.FLAG;
            Rows rows = new Rows(reader.schema());
            while (reader.next(rows, BATCH_ROWS) && all.size() < LabelledTexts.TEXTS_MAX) {
                for (int row = 0; row < rows.size(); row++) {
                    boolean isPositive =
                            isFlag
                                    ? rows.wholes(positive).get(row) != 0
                                    : string(rows, positive, row).equalsIgnoreCase("true");
                    all.add(new Row(string(rows, text, row), string(rows, label, row), isPositive));
                }
            }
        }
        return new ReviewedTexts(all);
    }

    private static String string(Rows rows, int column, int row) {
        return new String(rows.texts(column).bytes(row), StandardCharsets.UTF_8);
    }

    /// Other texts and these; of a text that was decided about only its own label is known. Labels that are no heads there
    /// are left out.
    public TextTargets onto(TextTargets base) {
        List<Row> own = rows.stream().filter(row -> base.heads().contains(row.label())).toList();
        if (own.isEmpty()) {
            return base;
        }
        int heads = base.heads().size();
        float[] targets = new float[own.size() * heads];
        Arrays.fill(targets, TextTargets.UNKNOWN);
        for (int i = 0; i < own.size(); i++) {
            int head = base.heads().indexOf(own.get(i).label());
            targets[i * heads + head] = own.get(i).isPositive() ? 1 : 0;
        }
        List<String> texts = own.stream().map(Row::text).toList();
        return base.and(new TextTargets(texts, base.heads(), targets));
    }
}
