package dev.mobula.training.columns;

import dev.mobula.training.TrainingException;
import dev.mobula.training.columns.Column.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;

/// Our kinds of columns as Arrow's types, and Arrow's types as our kinds.
public final class ArrowTypes {
    private ArrowTypes() {}

    /// The Arrow schema of our own files.
    public static Schema schema(TableSchema schema) {
        List<Field> fields = new ArrayList<>();
        for (Column column : schema.columns()) {
            fields.add(field(column));
        }
        return new Schema(fields, schema.notes());
    }

    private static Field field(Column column) {
        return switch (column.kind()) {
            case WHOLES -> list(column.name(), Kind.WHOLE);
            case REALS -> list(column.name(), Kind.REAL);
            case TEXTS -> list(column.name(), Kind.TEXT);
            case WHOLE, NUMBER, REAL, FLAG, INSTANT, TEXT, BYTES ->
                    new Field(column.name(), FieldType.nullable(type(column.kind())), null);
        };
    }

    private static Field list(String name, Kind element) {
        Field item = new Field("item", FieldType.nullable(type(element)), null);
        return new Field(name, FieldType.nullable(ArrowType.List.INSTANCE), List.of(item));
    }

    private static ArrowType type(Kind kind) {
        return switch (kind) {
            case WHOLE -> new ArrowType.Int(64, true);
            case NUMBER -> new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE);
            case REAL -> new ArrowType.FloatingPoint(FloatingPointPrecision.SINGLE);
            case FLAG -> ArrowType.Bool.INSTANCE;
            case INSTANT -> new ArrowType.Timestamp(TimeUnit.MICROSECOND, "UTC");
            case TEXT -> ArrowType.Utf8.INSTANCE;
            case BYTES -> ArrowType.Binary.INSTANCE;
            case WHOLES, REALS, TEXTS -> ArrowType.List.INSTANCE;
        };
    }

    /// The kind that an Arrow column of any origin is read as, or a refusal.
    public static Kind kind(Field field, ArrowType type) {
        return find(field, type).orElseThrow(() -> refusal(field));
    }

    private static Optional<Kind> find(Field field, ArrowType type) {
        return switch (type) {
            case ArrowType.Int _ -> Optional.of(Kind.WHOLE);
            case ArrowType.FloatingPoint real ->
                    switch (real.getPrecision()) {
                        case HALF -> Optional.empty();
                        case SINGLE -> Optional.of(Kind.REAL);
                        case DOUBLE -> Optional.of(Kind.NUMBER);
                    };
            case ArrowType.Bool _ -> Optional.of(Kind.FLAG);
            case ArrowType.Timestamp _, ArrowType.Date _ -> Optional.of(Kind.INSTANT);
            case ArrowType.Utf8 _, ArrowType.LargeUtf8 _ -> Optional.of(Kind.TEXT);
            case ArrowType.Binary _ -> Optional.of(Kind.BYTES);
            case ArrowType.List _, ArrowType.FixedSizeList _ -> listKind(field);
            default -> Optional.empty();
        };
    }

    private static Optional<Kind> listKind(Field list) {
        Field item = list.getChildren().getFirst();
        if (item.getDictionary() != null) {
            return Optional.empty();
        }
        return switch (find(item, item.getType()).orElse(Kind.BYTES)) {
            case WHOLE -> Optional.of(Kind.WHOLES);
            case REAL, NUMBER -> Optional.of(Kind.REALS);
            case TEXT -> Optional.of(Kind.TEXTS);
            case FLAG, INSTANT, BYTES, WHOLES, REALS, TEXTS -> Optional.empty();
        };
    }

    /// The schema of one of our own files, or a refusal.
    public static TableSchema ours(Schema schema) {
        List<Column> columns = new ArrayList<>();
        for (Field field : schema.getFields()) {
            Column column = new Column(field.getName(), kind(field, field.getType()));
            if (!field(column).equals(field)) {
                throw refusal(field);
            }
            columns.add(column);
        }
        return new TableSchema(columns, notes(schema));
    }

    /// What a schema says about itself.
    public static Map<String, String> notes(Schema schema) {
        Map<String, String> notes = schema.getCustomMetadata();
        return notes == null ? Map.of() : notes;
    }

    private static TrainingException refusal(Field field) {
        return TrainingException.invalid(
                "column " + field.getName(),
                field.getType(),
                "is of a type that is not read; name the columns to read without it");
    }
}
