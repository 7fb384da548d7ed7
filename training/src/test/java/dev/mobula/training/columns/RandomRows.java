package dev.mobula.training.columns;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/// Random schemas and rows for properties of everything that stores them, and rows as lists to compare.
public final class RandomRows {
    private static final String[] TEXTS = {
        "", "a", "click", "ünïcode ☂", "line\nbreak", "\"q\",\t"
    };

    private RandomRows() {}

    /// A schema of 1 to 12 columns of any kinds.
    public static TableSchema schema(SplittableRandom random) {
        Column.Kind[] kinds = Column.Kind.values();
        List<Column> columns = new ArrayList<>();
        int count = 1 + random.nextInt(12);
        for (int i = 0; i < count; i++) {
            columns.add(Column.of("c" + i, kinds[random.nextInt(kinds.length)]));
        }
        return new TableSchema(columns, Map.of("origin", "random " + random.nextInt(100)));
    }

    /// Rows with missing values and with every bit pattern of floats.
    public static Rows rows(SplittableRandom random, TableSchema schema, int count) {
        Rows rows = new Rows(schema);
        for (int i = 0; i < count; i++) {
            for (int c = 0; c < schema.size(); c++) {
                if (random.nextInt(5) == 0) {
                    rows.values(c).addMissing();
                } else {
                    add(random, rows, c);
                }
            }
            rows.endRow();
        }
        return rows;
    }

    private static void add(SplittableRandom random, Rows rows, int column) {
        int length = random.nextInt(4);
        switch (rows.schema().column(column).kind()) {
            case WHOLE, INSTANT -> rows.wholes(column).add(random.nextLong());
            case FLAG -> rows.wholes(column).add(random.nextInt(2));
            case NUMBER -> rows.numbers(column).add(Double.longBitsToDouble(random.nextLong()));
            case REAL -> rows.reals(column).add(Float.intBitsToFloat(random.nextInt()));
            case TEXT -> rows.texts(column).add(TEXTS[random.nextInt(TEXTS.length)]);
            case BYTES -> {
                byte[] bytes = new byte[length];
                random.nextBytes(bytes);
                rows.texts(column).add(bytes);
            }
            case WHOLES -> rows.lists(column).add(random.longs(length).toArray());
            case REALS -> {
                float[] values = new float[length];
                for (int i = 0; i < length; i++) {
                    values[i] = Float.intBitsToFloat(random.nextInt());
                }
                rows.lists(column).add(values);
            }
            case TEXTS -> rows.lists(column).add(Arrays.asList(TEXTS).subList(0, length));
        }
    }

    /// A row as values that compare by their bits.
    public static List<Object> row(Rows rows, int row) {
        List<Object> values = new ArrayList<>();
        for (int c = 0; c < rows.schema().size(); c++) {
            values.add(value(rows.values(c), row));
        }
        return values;
    }

    /// All rows.
    public static List<List<Object>> all(Rows rows) {
        List<List<Object>> all = new ArrayList<>();
        for (int i = 0; i < rows.size(); i++) {
            all.add(row(rows, i));
        }
        return all;
    }

    private static Object value(Values values, int row) {
        if (values.isMissing(row)) {
            return "missing";
        }
        return switch (values) {
            case Values.Wholes it -> it.get(row);
            case Values.Numbers it -> Double.doubleToRawLongBits(it.get(row));
            case Values.Reals it -> Float.floatToRawIntBits(it.get(row));
            case Values.Texts it -> Arrays.toString(it.bytes(row));
            case Values.Lists it -> {
                List<Object> list = new ArrayList<>();
                for (int i = 0; i < it.length(row); i++) {
                    list.add(value(it.elements(), it.start(row) + i));
                }
                yield list;
            }
        };
    }
}
