package dev.mobula.ranking.model;

import dev.mobula.ranking.model.kernels.Kernels;

/// The numbers a model reads: one row per candidate, of which the leading columns may be the same in all rows.
/// Reused from request to request by one thread.
public final class ModelInput {
    private final int width;
    private final int sharedWidth;
    private final int stride;
    private final float[] values;
    private int rows;

    /// @param sharedWidth leading columns that the filler promises to be equal in all rows.
    public ModelInput(int rowsMax, int width, int sharedWidth) {
        this.width = width;
        this.sharedWidth = sharedWidth;
        this.stride = Kernels.padColumns(width);
        this.values = new float[Kernels.padRows(rowsMax) * stride + Kernels.COLUMN_BLOCK];
    }

    public int width() {
        return width;
    }

    public int sharedWidth() {
        return sharedWidth;
    }

    /// Floats from one row to the next.
    public int stride() {
        return stride;
    }

    public float[] values() {
        return values;
    }

    public int rows() {
        return rows;
    }

    public void setRows(int count) {
        if (count < 0 || Kernels.padRows(count) * stride > values.length) {
            throw new IllegalArgumentException(
                    "rows=" + count + ", room for " + values.length / stride);
        }
        rows = count;
    }
}
