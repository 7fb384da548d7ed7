package dev.mobula.actors.runtime;

import java.time.Duration;

/// How much may wait for a service, and how much of it is answered at once.
///
/// @param requestsMax waiting and running requests; one more is "overloaded"
/// @param bytesMax bodies of those requests together; more is "overloaded"
/// @param requestBytesMax one body; more is "refused"
/// @param batchMax requests of one operation answered together
/// @param batchWait how long an incomplete batch may wait to fill; zero answers at once what is
///     there, which already gathers all that came during the last batch
public record MailboxLimits(
        int requestsMax, long bytesMax, int requestBytesMax, int batchMax, Duration batchWait) {
    private static final Duration BATCH_WAIT_MAX = Duration.ofSeconds(1);

    public MailboxLimits {
        requireAtLeastOne("requestsMax", requestsMax);
        requireAtLeastOne("bytesMax", bytesMax);
        requireAtLeastOne("requestBytesMax", requestBytesMax);
        requireAtLeastOne("batchMax", batchMax);
        if (batchWait.isNegative() || batchWait.compareTo(BATCH_WAIT_MAX) > 0) {
            throw new IllegalArgumentException(
                    "batchWait=" + batchWait + " is outside 0.." + BATCH_WAIT_MAX);
        }
    }

    /// 4,096 requests, 64 MB, 16 MB each, batches of up to 64 that never wait.
    public static MailboxLimits standard() {
        return new MailboxLimits(4_096, 64L << 20, 16 << 20, 64, Duration.ZERO);
    }

    public MailboxLimits withRequestsMax(int requests) {
        return new MailboxLimits(requests, bytesMax, requestBytesMax, batchMax, batchWait);
    }

    public MailboxLimits withBytesMax(long bytes) {
        return new MailboxLimits(requestsMax, bytes, requestBytesMax, batchMax, batchWait);
    }

    public MailboxLimits withRequestBytesMax(int bytes) {
        return new MailboxLimits(requestsMax, bytesMax, bytes, batchMax, batchWait);
    }

    public MailboxLimits withBatch(int requests, Duration wait) {
        return new MailboxLimits(requestsMax, bytesMax, requestBytesMax, requests, wait);
    }

    private static void requireAtLeastOne(String name, long value) {
        if (value < 1) {
            throw new IllegalArgumentException(name + "=" + value + " is less than 1");
        }
    }
}
