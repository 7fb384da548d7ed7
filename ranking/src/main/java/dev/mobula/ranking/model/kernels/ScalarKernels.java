package dev.mobula.ranking.model.kernels;

/// The scalar twin: the same chains of fused multiply-adds, one float at a time.
final class ScalarKernels implements Kernels {
    private static final int PANEL_COLUMNS = 16;

    @Override
    public int lanes() {
        return 1;
    }

    @Override
    public PackedMatrix allocate(int columns, int depth) {
        return new PackedMatrix(columns, depth, PANEL_COLUMNS);
    }

    @Override
    public void multiply(
            PackedMatrix b,
            int depthFrom,
            float[] a,
            int aAt,
            int aStride,
            int rows,
            float[] start,
            float[] c,
            int cAt,
            int cStride) {
        for (int row = 0; row < rows; row++) {
            int out = cAt + row * cStride;
            System.arraycopy(start, 0, c, out, b.columnsWritten());
            accumulate(b, depthFrom, b.depth(), a, aAt + row * aStride, c, out);
        }
    }

    @Override
    public void multiplyRow(
            PackedMatrix b, int depthTo, float[] a, int aAt, float[] start, float[] out) {
        System.arraycopy(start, 0, out, 0, b.columnsWritten());
        accumulate(b, 0, depthTo, a, aAt, out, 0);
    }

    private static void accumulate(
            PackedMatrix b, int depthFrom, int depthTo, float[] a, int aAt, float[] c, int cAt) {
        int panels = b.fullPanels() + (b.hasHalfPanel() ? 1 : 0);
        for (int panel = 0; panel < panels; panel++) {
            int width = panel < b.fullPanels() ? PANEL_COLUMNS : PANEL_COLUMNS / 2;
            int out = cAt + panel * PANEL_COLUMNS;
            for (int k = depthFrom; k < depthTo; k++) {
                int from = b.panelAt(panel) + k * width;
                float factor = a[aAt + k];
                for (int j = 0; j < width; j++) {
                    c[out + j] = Math.fma(factor, b.panels()[from + j], c[out + j]);
                }
            }
        }
    }

    @Override
    public void relu(float[] c, int at, int stride, int rows, int columns) {
        for (int row = 0; row < rows; row++) {
            int from = at + row * stride;
            for (int j = from; j < from + columns; j++) {
                c[j] = Math.max(c[j], 0f);
            }
        }
    }

    @Override
    public void cross(
            float[] base,
            int baseAt,
            int baseStride,
            float[] x,
            int xAt,
            int xStride,
            float[] c,
            int cAt,
            int cStride,
            int rows,
            int columns) {
        for (int row = 0; row < rows; row++) {
            for (int j = 0; j < columns; j++) {
                int out = cAt + row * cStride + j;
                c[out] =
                        Math.fma(
                                base[baseAt + row * baseStride + j],
                                c[out],
                                x[xAt + row * xStride + j]);
            }
        }
    }

    @Override
    public void addScaled(float scale, float[] x, int xAt, float[] c, int cAt, int count) {
        for (int j = 0; j < count; j++) {
            c[cAt + j] = Math.fma(scale, x[xAt + j], c[cAt + j]);
        }
    }

    @Override
    public void exp(float[] x, int at, int count, float shift) {
        for (int j = at; j < at + count; j++) {
            x[j] = Exponential.exp(x[j] - shift);
        }
    }
}
