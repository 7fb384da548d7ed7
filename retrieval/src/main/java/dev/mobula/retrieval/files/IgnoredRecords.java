package dev.mobula.retrieval.files;

import java.util.ArrayList;
import java.util.List;
import org.apache.parquet.io.api.Converter;
import org.apache.parquet.io.api.GroupConverter;
import org.apache.parquet.io.api.PrimitiveConverter;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.Type;

/// Parquet's column readers want somewhere to put whole records; nobody asks for them here.
final class IgnoredRecords extends GroupConverter {
    private final List<Converter> children = new ArrayList<>();

    IgnoredRecords(GroupType type) {
        for (Type field : type.getFields()) {
            children.add(
                    field.isPrimitive()
                            ? new PrimitiveConverter() {}
                            : new IgnoredRecords(field.asGroupType()));
        }
    }

    @Override
    public Converter getConverter(int index) {
        return children.get(index);
    }

    @Override
    public void start() {}

    @Override
    public void end() {}
}
