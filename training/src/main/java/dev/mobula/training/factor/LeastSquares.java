package dev.mobula.training.factor;

import java.util.Arrays;

/// The linear systems of [ImplicitAls], with the working memory of one thread.
final class LeastSquares {
    private final ImplicitAls.Options options;
    private final int width;
    private final float[] system;
    private final float[] right;

    LeastSquares(ImplicitAls.Options options) {
        this.options = options;
        this.width = options.width();
        this.system = new float[width * width];
        this.right = new float[width];
    }

    /// The vectors of one side and what they are all together: their squares, weighed as unobserved.
    @SuppressWarnings("ArrayRecordComponent")
    record Side(float[] vectors, float[] squares, int count) {}

    Side side(float[] vectors) {
        float[] squares = new float[width * width];
        int count = vectors.length / width;
        for (int row = 0; row < count; row++) {
            addSquare(vectors, row * width, squares);
        }
        for (int i = 0; i < squares.length; i++) {
            squares[i] *= (float) options.unobserved();
        }
        return new Side(vectors, squares, count);
    }

    /// Writes the vector that fits best to having had `seen` of the known side; zeros for nothing.
    void solve(Side known, int[] seen, float[] into, int at) {
        if (seen.length == 0) {
            Arrays.fill(into, at, at + width, 0f);
            return;
        }
        System.arraycopy(known.squares(), 0, system, 0, system.length);
        Arrays.fill(right, 0f);
        for (int one : seen) {
            addSquare(known.vectors(), one * width, system);
            add(1f, known.vectors(), one * width, right, 0, width);
        }
        double weight = seen.length + options.unobserved() * known.count();
        float ridge = (float) (options.ridge() * Math.pow(weight, options.power()));
        for (int i = 0; i < width; i++) {
            system[i * width + i] += ridge;
        }
        solve();
        System.arraycopy(right, 0, into, at, width);
    }

    /// Adds `v vᵀ`; of the symmetric matrix only the part on and right of the diagonal.
    private void addSquare(float[] vectors, int at, float[] matrix) {
        for (int i = 0; i < width; i++) {
            add(vectors[at + i], vectors, at + i, matrix, i * width + i, width - i);
        }
    }

    private static void add(float scale, float[] from, int at, float[] to, int toAt, int count) {
        for (int j = 0; j < count; j++) {
            to[toAt + j] += scale * from[at + j];
        }
    }

    /// Cholesky by rows, `system = RᵀR` with R above the diagonal; then `right` becomes the solution.
    private void solve() {
        for (int k = 0; k < width; k++) {
            int row = k * width;
            float scale = (float) (1 / Math.sqrt(system[row + k]));
            for (int j = k; j < width; j++) {
                system[row + j] *= scale;
            }
            for (int i = k + 1; i < width; i++) {
                add(-system[row + i], system, row + i, system, i * width + i, width - i);
            }
            right[k] *= scale;
            add(-right[k], system, row + k + 1, right, k + 1, width - k - 1);
        }
        for (int k = width - 1; k >= 0; k--) {
            float rest = right[k];
            for (int j = k + 1; j < width; j++) {
                rest -= system[k * width + j] * right[j];
            }
            right[k] = rest / system[k * width + k];
        }
    }
}
