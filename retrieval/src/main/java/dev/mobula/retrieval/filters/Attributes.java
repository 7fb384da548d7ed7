package dev.mobula.retrieval.filters;

import java.util.Arrays;

/// The numbers kept beside one vector, in the order of the [AttributeSchema].
public final class Attributes {
    /// For an index without columns.
    public static final Attributes NONE = new Attributes();

    private final long[] values;

    /// Takes one value for each column of the schema.
    public Attributes(long... values) {
        this.values = values.clone();
    }

    public int count() {
        return values.length;
    }

    public long value(int column) {
        return values[column];
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Attributes that && Arrays.equals(values, that.values);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(values);
    }

    @Override
    public String toString() {
        return "Attributes" + Arrays.toString(values);
    }
}
