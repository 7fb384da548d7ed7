package dev.mobula.training.volume;

import static dev.mobula.training.TrainingException.invalid;

import java.util.Arrays;

/// People who for a while got as many messages as chance said, and what they did: one row for each.
///
/// The arrays are owned and must not be changed.
///
/// @param features what was known of each before
/// @param sends messages by channel
/// @param propensity the probability of just these messages
/// @param active who came
/// @param disabled who turned messages off
@SuppressWarnings("ArrayRecordComponent") // columns of a data set, handed over whole
public record VolumeLog(
        double[][] features,
        int[][] sends,
        double[] propensity,
        boolean[] active,
        boolean[] disabled) {
    private static final int SENDS_MAX = 1_000;

    public VolumeLog {
        int rows = features.length;
        if (rows == 0
                || sends.length != rows
                || propensity.length != rows
                || active.length != rows
                || disabled.length != rows) {
            throw invalid("rows", rows + ", " + sends.length, "must be some, and alike");
        }
        for (int row = 0; row < rows; row++) {
            if (!(propensity[row] > 0 && propensity[row] <= 1)) {
                throw invalid("row " + row + " propensity", propensity[row], "must be in (0, 1]");
            }
            if (features[row].length != features[0].length
                    || sends[row].length != sends[0].length) {
                throw invalid("row " + row, features[row].length, "is as wide as the first");
            }
            for (double value : features[row]) {
                if (!Double.isFinite(value)) {
                    throw invalid("row " + row + " feature", value, "must be a number");
                }
            }
            for (int count : sends[row]) {
                if (count < 0 || count > SENDS_MAX) {
                    throw invalid("row " + row + " sends", count, "must be 0 to " + SENDS_MAX);
                }
            }
        }
    }

    public int rows() {
        return features.length;
    }

    /// The number of features of a row.
    public int width() {
        return features[0].length;
    }

    public int channels() {
        return sends[0].length;
    }

    /// All messages of a row.
    public int total(int row) {
        int total = 0;
        for (int count : sends[row]) {
            total += count;
        }
        return total;
    }

    /// Some of the rows.
    public VolumeLog rows(int from, int to) {
        return new VolumeLog(
                Arrays.copyOfRange(features, from, to),
                Arrays.copyOfRange(sends, from, to),
                Arrays.copyOfRange(propensity, from, to),
                Arrays.copyOfRange(active, from, to),
                Arrays.copyOfRange(disabled, from, to));
    }
}
