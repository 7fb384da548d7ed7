package dev.mobula.cluster.report;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/// Rows under a heading, printed with columns as wide as their widest cell, numbers to the right.
public final class Table {
    private static final Pattern NUMBER =
            Pattern.compile("[-+]?[\\d.,]+(e[-+]?\\d+)?( ?(%|x|[kKMGT]i?B|B|[num]?s))?|-");

    private final List<String> columns;
    private final List<List<String>> rows = new ArrayList<>();

    private Table(List<String> columns) {
        this.columns = List.copyOf(columns);
    }

    public static Table of(String... columns) {
        return new Table(List.of(columns));
    }

    /// Adds a row; a fraction is printed with three significant digits.
    public Table row(Object... cells) {
        if (cells.length != columns.size()) {
            throw new IllegalArgumentException(
                    "cells=" + cells.length + ": the table has " + columns.size() + " columns");
        }
        List<String> row = new ArrayList<>();
        for (Object cell : cells) {
            row.add(text(cell));
        }
        rows.add(row);
        return this;
    }

    public boolean isEmpty() {
        return rows.isEmpty();
    }

    /// The lines of the table, each ended by a line feed.
    public String text() {
        int[] widths = new int[columns.size()];
        boolean[] numeric = new boolean[columns.size()];
        for (int column = 0; column < widths.length; column++) {
            int at = column;
            widths[column] =
                    Math.max(
                            columns.get(at).length(),
                            rows.stream().mapToInt(row -> row.get(at).length()).max().orElse(0));
            numeric[column] =
                    !rows.isEmpty()
                            && rows.stream().allMatch(row -> NUMBER.matcher(row.get(at)).matches());
        }
        StringBuilder text = new StringBuilder();
        line(text, columns, widths, numeric);
        List<String> rules = new ArrayList<>();
        for (int width : widths) {
            rules.add(String.join("", Collections.nCopies(width, "-")));
        }
        line(text, rules, widths, numeric);
        rows.forEach(row -> line(text, row, widths, numeric));
        return text.toString();
    }

    private static void line(
            StringBuilder text, List<String> cells, int[] widths, boolean[] numeric) {
        StringBuilder line = new StringBuilder();
        for (int column = 0; column < cells.size(); column++) {
            String blanks = " ".repeat(widths[column] - cells.get(column).length());
            line.append(column == 0 ? "" : "  ")
                    .append(
                            numeric[column]
                                    ? blanks + cells.get(column)
                                    : cells.get(column) + blanks);
        }
        text.append(line.toString().stripTrailing()).append('\n');
    }

    private static String text(Object cell) {
        if (!(cell instanceof Double || cell instanceof Float)) {
            return String.valueOf(cell);
        }
        double value = ((Number) cell).doubleValue();
        double size = Math.abs(value);
        if (!Double.isFinite(value) || value == 0) {
            return String.valueOf(value);
        }
        if (size >= 1e7 || size < 1e-4) {
            return String.format(Locale.ROOT, "%.2e", value);
        }
        int decimals = Math.clamp(2 - (int) Math.floor(Math.log10(size)), 0, 7);
        return String.format(Locale.ROOT, "%." + decimals + "f", value);
    }
}
