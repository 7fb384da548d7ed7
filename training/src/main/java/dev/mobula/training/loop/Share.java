package dev.mobula.training.loop;

import dev.mobula.training.TrainingException;

/// One worker's part of every global batch: rows `from(n)` up to `to(n)` of `n`.
public record Share(int rank, int size) {
    public static final Share ALL = new Share(0, 1);

    public Share {
        if (size < 1 || rank < 0 || rank >= size) {
            throw TrainingException.invalid("rank of " + size, rank, "must be within");
        }
    }

    public int from(int rows) {
        return (int) ((long) rows * rank / size);
    }

    public int to(int rows) {
        return (int) ((long) rows * (rank + 1) / size);
    }

    /// Most rows of a share of a batch of so many.
    public int rowsMax(int rows) {
        return (rows + size - 1) / size;
    }
}
