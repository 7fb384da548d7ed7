package dev.mobula.training.program;

import dev.mobula.training.kernels.Elementwise;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;

/// Lays the parts of a batch side by side as a tower's input, and spreads the input's gradient over gathered rows.
final class TowerInput {
    private final ProgramSpec spec;
    private final Tower tower;
    private final Value x;

    TowerInput(ProgramSpec spec, Tower tower, Value x) {
        this.spec = spec;
        this.tower = tower;
        this.x = x;
    }

    /// @param rows gathered rows by table
    void fill(Program.Input given, Map<Integer, float[]> rows) {
        int column = 0;
        for (Tower.Input part : tower.inputs()) {
            switch (part) {
                case Tower.Input.Numbers it -> {
                    int perRow = GraphModel.width(spec, it);
                    float[] from = given.batch().column(spec.column(it.column()));
                    for (int row = 0; row < given.batch().rows(); row++) {
                        int to = x.at(row) + column;
                        System.arraycopy(from, row * perRow, x.values(), to, perRow);
                    }
                }
                case Tower.Input.Embeddings it -> embeddings(given, it.lookup(), rows, column);
                case Tower.Input.Mean it -> mean(given, it.lookup(), rows, column);
            }
            column += GraphModel.width(spec, part);
        }
    }

    private int table(int lookup) {
        return spec.table(spec.lookups().get(lookup).table());
    }

    private void embeddings(
            Program.Input given, String name, Map<Integer, float[]> rows, int column) {
        int lookup = spec.lookup(name);
        int perRow = spec.lookups().get(lookup).perRow();
        int width = spec.tables().get(table(lookup)).width();
        float[] from = Objects.requireNonNull(rows.get(table(lookup)));
        int[] index = given.gathered().index(lookup);
        for (int row = 0; row < given.batch().rows(); row++) {
            int to = x.at(row) + column;
            for (int j = 0; j < perRow; j++) {
                int at = index[row * perRow + j] * width;
                System.arraycopy(from, at, x.values(), to + j * width, width);
            }
        }
    }

    private void mean(Program.Input given, String name, Map<Integer, float[]> rows, int column) {
        int lookup = spec.lookup(name);
        int perRow = spec.lookups().get(lookup).perRow();
        int width = spec.tables().get(table(lookup)).width();
        float[] from = Objects.requireNonNull(rows.get(table(lookup)));
        int[] index = given.gathered().index(lookup);
        for (int row = 0; row < given.batch().rows(); row++) {
            int to = x.at(row) + column;
            Arrays.fill(x.values(), to, to + width, 0f);
            for (int j = 0; j < perRow; j++) {
                int at = index[row * perRow + j] * width;
                Elementwise.add(from, at, x.values(), to, width);
            }
            float factor = 1f / Math.max(1, present(index, row * perRow, perRow));
            Elementwise.scale(factor, x.values(), to, x.values(), to, width);
        }
    }

    private static int present(int[] index, int at, int count) {
        int present = 0;
        for (int j = at; j < at + count; j++) {
            present += index[j] == 0 ? 0 : 1;
        }
        return present;
    }

    /// @param rows gradients of gathered rows by table, which are added to
    void spread(Program.Input given, Map<Integer, float[]> rows) {
        x.requireGradient(given.batch().rows());
        int column = 0;
        for (Tower.Input part : tower.inputs()) {
            switch (part) {
                case Tower.Input.Numbers it -> {}
                case Tower.Input.Embeddings it -> spread(given, it.lookup(), rows, column, false);
                case Tower.Input.Mean it -> spread(given, it.lookup(), rows, column, true);
            }
            column += GraphModel.width(spec, part);
        }
    }

    private void spread(
            Program.Input given,
            String name,
            Map<Integer, float[]> rows,
            int column,
            boolean isMean) {
        int lookup = spec.lookup(name);
        int perRow = spec.lookups().get(lookup).perRow();
        int width = spec.tables().get(table(lookup)).width();
        float[] into = Objects.requireNonNull(rows.get(table(lookup)));
        int[] index = given.gathered().index(lookup);
        for (int row = 0; row < given.batch().rows(); row++) {
            int from = x.at(row) + column;
            if (isMean) {
                float factor = 1f / Math.max(1, present(index, row * perRow, perRow));
                Elementwise.scale(factor, x.gradients(), from, x.gradients(), from, width);
            }
            for (int j = 0; j < perRow; j++) {
                int at = index[row * perRow + j] * width;
                int part = isMean ? from : from + j * width;
                Elementwise.add(x.gradients(), part, into, at, width);
            }
        }
    }
}
