package dev.mobula.training.factor;

import dev.mobula.retrieval.kernels.Kernels;
import java.util.Arrays;

/// The linear systems of [ImplicitAls], solved by conjugate gradients, with the working memory of one thread.
/*
 * Idea: a system's matrix, unobserved · VᵀV + Σ v vᵀ + ridge, is never formed: a step needs it times one vector, which is
 * one product with the matrix that all systems share and one pass over the v of the pairs [1]. Training takes few steps
 * from the vector of the pass before; a vector from nothing takes as many as it needs.
 *
 * Cost of a step for n pairs and width d: d² + 2 n d multiply-adds, against n d² + d³ / 3 for the matrix and its factor.
 *
 * [1] Takács, Pilászy, Tikk, Applications of the Conjugate Gradient Method for Implicit Feedback Collaborative
 *     Filtering, RecSys 2011.
 */
final class LeastSquares {
    private static final Kernels KERNELS = Kernels.best();
    private static final double DONE = 1e-12;

    private final ImplicitAls.Options options;
    private final int width;
    private final float[] rest;
    private final float[] direction;
    private final float[] image;

    LeastSquares(ImplicitAls.Options options) {
        this.options = options;
        this.width = options.width();
        this.rest = new float[width];
        this.direction = new float[width];
        this.image = new float[width];
    }

    /// The vectors of one side and what they are all together: their squares, weighed as unobserved.
    @SuppressWarnings("ArrayRecordComponent")
    record Side(float[] vectors, float[] squares, int count) {}

    Side side(float[] vectors) {
        float[] squares = new float[width * width];
        int count = vectors.length / width;
        for (int row = 0; row < count; row++) {
            for (int i = 0; i < width; i++) {
                add(vectors[row * width + i], vectors, row * width, squares, i * width);
            }
        }
        for (int i = 0; i < squares.length; i++) {
            squares[i] *= (float) options.unobserved();
        }
        return new Side(vectors, squares, count);
    }

    /// Brings a vector nearer to what fits best to having had `seen` of the known side; zeros for nothing.
    ///
    /// @param vectors that hold the vector from `at`, where it starts
    void solve(Side known, int[] seen, float[] vectors, int at, int steps) {
        if (seen.length == 0) {
            Arrays.fill(vectors, at, at + width, 0f);
            return;
        }
        double weight = seen.length + options.unobserved() * known.count();
        float ridge = (float) (options.ridge() * Math.pow(weight, options.power()));
        multiply(known, seen, ridge, vectors, at);
        for (int j = 0; j < width; j++) {
            rest[j] = -image[j];
        }
        for (int one : seen) {
            add(1f, known.vectors(), one * width, rest, 0);
        }
        System.arraycopy(rest, 0, direction, 0, width);
        double squares = KERNELS.dot(rest, 0, rest, 0, width);
        double enough = DONE * seen.length;
        for (int step = 0; step < steps && squares > enough; step++) {
            multiply(known, seen, ridge, direction, 0);
            float length = (float) (squares / KERNELS.dot(direction, 0, image, 0, width));
            add(length, direction, 0, vectors, at);
            add(-length, image, 0, rest, 0);
            double before = squares;
            squares = KERNELS.dot(rest, 0, rest, 0, width);
            float turn = (float) (squares / before);
            for (int j = 0; j < width; j++) {
                direction[j] = rest[j] + turn * direction[j];
            }
        }
    }

    /// The system's matrix times a vector, to `image`.
    private void multiply(Side known, int[] seen, float ridge, float[] vectors, int at) {
        for (int j = 0; j < width; j++) {
            image[j] = ridge * vectors[at + j];
        }
        for (int i = 0; i < width; i++) {
            add(vectors[at + i], known.squares(), i * width, image, 0);
        }
        for (int one : seen) {
            float score = KERNELS.dot(known.vectors(), one * width, vectors, at, width);
            add(score, known.vectors(), one * width, image, 0);
        }
    }

    private void add(float scale, float[] from, int at, float[] to, int toAt) {
        for (int j = 0; j < width; j++) {
            to[toAt + j] += scale * from[at + j];
        }
    }
}
