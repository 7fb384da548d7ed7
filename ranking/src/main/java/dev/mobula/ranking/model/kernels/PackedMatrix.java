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

    /// @param weights row-major `[columns][depth]`, as PyTorch's `linear` keeps them.
    PackedMatrix(float[] weights, int columns, int depth, int panelColumns) {
        this.depth = depth;
        this.columns = columns;
        this.panelColumns = panelColumns;
        int half = panelColumns / 2;
        int halves = (columns + half - 1) / half;
        this.fullPanels = halves / 2;
        this.hasHalfPanel = halves % 2 == 1;
        this.panels = new float[halves * half * depth];
        for (int column = 0; column < columns; column++) {
            int panel = column / panelColumns;
            int within = column % panelColumns;
            int width = panel < fullPanels ? panelColumns : half;
            for (int k = 0; k < depth; k++) {
                panels[panelAt(panel) + k * width + within] = weights[column * depth + k];
            }
        }
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
