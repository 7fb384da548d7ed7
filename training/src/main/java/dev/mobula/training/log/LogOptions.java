package dev.mobula.training.log;

import dev.mobula.training.TrainingException;
import java.time.Duration;

/// The limits of a log.
///
/// @param segmentBytesMax a segment that has grown beyond this is finished
/// @param batchRows rows of a batch in a finished segment
/// @param bytesMax the disk quota: the oldest finished segments are deleted to stay below it
/// @param age finished segments older than this are deleted
public record LogOptions(long segmentBytesMax, int batchRows, long bytesMax, Duration age) {
    /// Segments of 64 MB, 64 GB in all, a year.
    public static final LogOptions DEFAULT =
            new LogOptions(64L << 20, 8_192, 64L << 30, Duration.ofDays(365));

    private static final long SEGMENT_BYTES_MAX = 512L << 20;
    private static final int BATCH_ROWS_MAX = 1 << 20;

    public LogOptions {
        if (segmentBytesMax < 1_024 || segmentBytesMax > SEGMENT_BYTES_MAX) {
            throw TrainingException.invalid(
                    "segmentBytesMax", segmentBytesMax, "must be 1024 to " + SEGMENT_BYTES_MAX);
        }
        if (batchRows < 1 || batchRows > BATCH_ROWS_MAX) {
            throw TrainingException.invalid(
                    "batchRows", batchRows, "must be 1 to " + BATCH_ROWS_MAX);
        }
        if (bytesMax < 4 * segmentBytesMax) {
            throw TrainingException.invalid(
                    "bytesMax", bytesMax, "must be four segments or more, " + 4 * segmentBytesMax);
        }
        if (age.isNegative() || age.isZero()) {
            throw TrainingException.invalid("age", age, "must be positive");
        }
    }

    public LogOptions withBytesMax(long bytes) {
        return new LogOptions(segmentBytesMax, batchRows, bytes, age);
    }

    public LogOptions withSegmentBytesMax(long bytes) {
        return new LogOptions(bytes, batchRows, Math.max(bytesMax, 4 * bytes), age);
    }

    public LogOptions withAge(Duration limit) {
        return new LogOptions(segmentBytesMax, batchRows, bytesMax, limit);
    }
}
