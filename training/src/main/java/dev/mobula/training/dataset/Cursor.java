package dev.mobula.training.dataset;

import dev.mobula.training.TrainingException;

/// A place in the endless shuffled order of a data set's rows: how many rows were given, and of which data and order.
///
/// Its text is what a checkpoint keeps; going on from it gives the rows that would have come.
public record Cursor(long rows, String order) {
    private static final String FORM = "rows-given:order";

    public Cursor {
        if (rows < 0 || order.isBlank() || order.indexOf(':') >= 0) {
            throw TrainingException.invalid("cursor", rows + ":" + order, "must be " + FORM);
        }
    }

    @Override
    public String toString() {
        return rows + ":" + order;
    }

    /// Reads what [#toString] wrote.
    public static Cursor parse(String text) {
        int colon = text.indexOf(':');
        try {
            return new Cursor(
                    Long.parseLong(text.substring(0, Math.max(0, colon))),
                    text.substring(colon + 1));
        } catch (NumberFormatException e) {
            throw TrainingException.invalid("cursor", text, "must be " + FORM);
        }
    }
}
