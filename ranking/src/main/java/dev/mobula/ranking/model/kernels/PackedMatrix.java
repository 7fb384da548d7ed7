package dev.mobula.ranking.model.kernels;

/*
 * Weights [columns, depth] cut into panels of adjacent columns, each stored depth-major, so that a microkernel reads
 * one straight line of memory:
 *
 *     panel p, step k: columns [p * panelColumns, (p + 1) * panelColumns) of depth row k
 *
 * The last panel is half as wide when that is enough. Missing columns are zero weights.
 */
/// A weight matrix laid out for the microkernels of one [Kernels].
public final class PackedMatrix {
    private final int depth;
    private final int columns;
    private final int panelColumns;
    private final int fullPanels;
    private final boolean hasHalfPanel;
    private final float[] panels;

    PackedMatrix(int columns, int depth, int panelColumns) {
        this.depth = depth;
        this.columns = columns;
        this.panelColumns = panelColumns;
        int half = panelColumns / 2;
        int halves = (columns + half - 1) / half;
        this.fullPanels = halves / 2;
        this.hasHalfPanel = halves % 2 == 1;
        this.panels = new float[halves * half * depth];
    }

    /// Takes in weights `[columns][depth]`, row-major, as PyTorch's `linear` keeps them.
    public void fillFromColumns(float[] weights) {
        for (int column = 0; column < columns; column++) {
            int panel = column / panelColumns;
            int width = widthOf(panel);
            int to = panelAt(panel) + column % panelColumns;
            for (int k = 0; k < depth; k++) {
                panels[to + k * width] = weights[column * depth + k];
            }
        }
    }

    /// Takes in values `[depth][columns]`, row-major with a stride.
    public void fillFromRows(float[] values, int at, int stride) {
        for (int panel = 0; panel * panelColumns < columns; panel++) {
            int width = widthOf(panel);
            int first = panel * panelColumns;
            int count = Math.min(width, columns - first);
            int to = panelAt(panel);
            for (int k = 0; k < depth; k++) {
                System.arraycopy(values, at + k * stride + first, panels, to + k * width, count);
            }
        }
    }

    private int widthOf(int panel) {
        return panel < fullPanels ? panelColumns : panelColumns / 2;
    }

    int panelAt(int panel) {
        return panel * panelColumns * depth;
    }

    float[] panels() {
        return panels;
    }

    int fullPanels() {
        return fullPanels;
    }

    boolean hasHalfPanel() {
        return hasHalfPanel;
    }

    int panelColumns() {
        return panelColumns;
    }

    public int depth() {
        return depth;
    }

    public int columns() {
        return columns;
    }

    /// Columns that a product writes: those of the matrix and the zeros after them.
    public int columnsWritten() {
        return fullPanels * panelColumns + (hasHalfPanel ? panelColumns / 2 : 0);
    }
}
