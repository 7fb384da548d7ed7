package dev.mobula.actors.safety.review;

import java.time.Duration;

/// Bounds of the queue and of what is kept.
///
/// @param openMax cases that may wait; more reports are refused
/// @param reportsPerDayMax reports of one person in a day
/// @param leaseMillis how long a case is one reviewer's
/// @param leasesMax cases that one reviewer may hold
/// @param secondShare the share of cases that two people must look at
/// @param retentionMillis how long decided cases, decisions and the log of them are kept
public record ReviewLimits(
        int openMax,
        int reportsPerDayMax,
        long leaseMillis,
        int leasesMax,
        double secondShare,
        long retentionMillis) {
    /// A hundred thousand cases, ten minutes, one in twenty looked at twice, kept for two years.
    public static final ReviewLimits DEFAULT =
            new ReviewLimits(
                    100_000,
                    100,
                    Duration.ofMinutes(10).toMillis(),
                    20,
                    .05,
                    Duration.ofDays(730).toMillis());

    public ReviewLimits {
        if (openMax < 1 || reportsPerDayMax < 1 || leaseMillis < 1 || leasesMax < 1) {
            throw new IllegalArgumentException(
                    "openMax=%d, reportsPerDayMax=%d, leaseMillis=%d, leasesMax=%d: must be at least 1"
                            .formatted(openMax, reportsPerDayMax, leaseMillis, leasesMax));
        }
        if (!(secondShare >= 0 && secondShare <= 1) || retentionMillis < 1) {
            throw new IllegalArgumentException(
                    "secondShare=%s, retentionMillis=%d: must be 0..1 and at least 1"
                            .formatted(secondShare, retentionMillis));
        }
    }

    public ReviewLimits withSecondShare(double share) {
        return new ReviewLimits(
                openMax, reportsPerDayMax, leaseMillis, leasesMax, share, retentionMillis);
    }
}
