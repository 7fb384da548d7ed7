package dev.mobula.retrieval.frozen;

import dev.mobula.retrieval.kernels.Kernels;

/*
 * Rows lie in the file leaf by leaf. A row's code is what is left of it after its leaf's centre is taken away, four bits
 * for each pair of dimensions: the nearest of sixteen points of the plane. So a dot product with a query is the centre's
 * plus one table entry per pair, and the tables hold for all leaves.
 *
 * A leaf's codes begin on a new block of 32 rows. Centres lie in blocks of sixteen, value by value, which is how all of
 * them are compared with a query at once.
 */

/// A partition of all rows into leaves of near ones, with the codes of the rows.
///
/// Arrays are owned by it and not written to once it exists. `starts[leaf]` is the first row of a leaf, `starts[leaves]`
/// the number of rows.
@SuppressWarnings("ArrayRecordComponent")
record Leaves(int[] starts, float[] centres, float[] points, byte[] codes) {
    /// Dimensions that share a code, and codes there are of each kind.
    static final int PLANE = 2;

    static final int POINTS = 16;

    /// Of an index that has no leaves.
    static final Leaves NONE = new Leaves(new int[1], new float[0], new float[0], new byte[0]);

    int count() {
        return starts.length - 1;
    }

    /// Blocks of sixteen that hold so many centres.
    static int centreBlocks(int leaves) {
        return (leaves + Kernels.PADDING - 1) / Kernels.PADDING;
    }

    /// Blocks of codes that hold the rows of one leaf.
    static int codeBlocks(int rows) {
        return (rows + Kernels.BLOCK_ROWS - 1) / Kernels.BLOCK_ROWS;
    }

    /// The first block of codes of every leaf, and the number of all at the end.
    static int[] blockStarts(int[] starts) {
        int[] blocks = new int[starts.length];
        for (int leaf = 1; leaf < starts.length; leaf++) {
            blocks[leaf] = blocks[leaf - 1] + codeBlocks(starts[leaf] - starts[leaf - 1]);
        }
        return blocks;
    }

    /// Where the first coordinate of a plane's point lies; the second is [#POINTS] places on.
    static int pointAt(int plane, int point) {
        return plane * PLANE * POINTS + point;
    }

    /// Bytes of a block of codes of rows of a padded length.
    static int blockBytes(int length) {
        return length / PLANE * POINTS;
    }

    /// Floats of the points of all planes.
    static int pointFloats(int length) {
        return length * POINTS;
    }
}
