package dev.mobula.retrieval.store;

import static dev.mobula.retrieval.RetrievalException.invalid;

import java.util.concurrent.TimeUnit;

/// How much is kept of what users do, and for how long.
///
/// @param historyMax newest remembered events of a user
/// @param seenWindowMillis how long a seen item counts as seen
/// @param seenPerUserMax items a user may be shown in a window; an event that says more is refused
/// @param sessionsPerUserMax cursor sessions of a user; the one used longest ago makes room
/// @param sessionItemsMax items served in one session; more are refused
/// @param sessionMillis how long a session lives after its last page
/// @param eventAgeMaxMillis older events are refused, and ids of younger ones are kept: so no event is ever stored twice
/// @param eventAheadMaxMillis how far a reporter's clock may be ahead
/// @param idBytesMax disk for ids; over it the oldest go first, and events as old as they are refused
/// @param unreadChangesMax changes kept for a reader that lags; over it events are refused until it catches up
/// @param eventsPerCallMax events recorded at once
/// @param labelsPerUserMax labels of one account
/// @param preferenceEntriesMax topics, languages, items, settings and attributes of a user together
public record UserLimits(
        int historyMax,
        long seenWindowMillis,
        int seenPerUserMax,
        int sessionsPerUserMax,
        int sessionItemsMax,
        long sessionMillis,
        long eventAgeMaxMillis,
        long eventAheadMaxMillis,
        long idBytesMax,
        long unreadChangesMax,
        int eventsPerCallMax,
        int labelsPerUserMax,
        int preferenceEntriesMax) {

    private static final long WINDOW_MAX = TimeUnit.DAYS.toMillis(3_660);

    /// 200 events, seen for two weeks, sessions of two hours, events of up to a week ago.
    public static final UserLimits DEFAULT =
            new UserLimits(
                    200,
                    TimeUnit.DAYS.toMillis(14),
                    50_000,
                    8,
                    2_000,
                    TimeUnit.HOURS.toMillis(2),
                    TimeUnit.DAYS.toMillis(7),
                    TimeUnit.MINUTES.toMillis(5),
                    8L << 30,
                    20_000_000,
                    1_000,
                    64,
                    256);

    public UserLimits {
        range("historyMax", historyMax, 1, 10_000);
        range("seenWindowMillis", seenWindowMillis, 1_000, WINDOW_MAX);
        range("seenPerUserMax", seenPerUserMax, 1, 10_000_000);
        range("sessionsPerUserMax", sessionsPerUserMax, 1, 1_000);
        range("sessionItemsMax", sessionItemsMax, 1, 100_000);
        range("sessionMillis", sessionMillis, 1, WINDOW_MAX);
        range("eventAgeMaxMillis", eventAgeMaxMillis, 1_000, 20 * WINDOW_MAX);
        range("eventAheadMaxMillis", eventAheadMaxMillis, 0, TimeUnit.DAYS.toMillis(1));
        range("idBytesMax", idBytesMax, 1 << 20, Long.MAX_VALUE);
        range("unreadChangesMax", unreadChangesMax, 1, Long.MAX_VALUE);
        range("eventsPerCallMax", eventsPerCallMax, 1, 100_000);
        range("labelsPerUserMax", labelsPerUserMax, 1, 10_000);
        range("preferenceEntriesMax", preferenceEntriesMax, 1, 10_000);
    }

    private static void range(String name, long value, long least, long most) {
        if (value < least || value > most) {
            throw invalid(name, value, "must be " + least + ".." + most);
        }
    }

    public UserLimits withHistory(int events) {
        return new UserLimits(
                events,
                seenWindowMillis,
                seenPerUserMax,
                sessionsPerUserMax,
                sessionItemsMax,
                sessionMillis,
                eventAgeMaxMillis,
                eventAheadMaxMillis,
                idBytesMax,
                unreadChangesMax,
                eventsPerCallMax,
                labelsPerUserMax,
                preferenceEntriesMax);
    }

    public UserLimits withSeen(long windowMillis, int perUserMax) {
        return new UserLimits(
                historyMax,
                windowMillis,
                perUserMax,
                sessionsPerUserMax,
                sessionItemsMax,
                sessionMillis,
                eventAgeMaxMillis,
                eventAheadMaxMillis,
                idBytesMax,
                unreadChangesMax,
                eventsPerCallMax,
                labelsPerUserMax,
                preferenceEntriesMax);
    }

    public UserLimits withSessions(int perUserMax, int itemsMax, long millis) {
        return new UserLimits(
                historyMax,
                seenWindowMillis,
                seenPerUserMax,
                perUserMax,
                itemsMax,
                millis,
                eventAgeMaxMillis,
                eventAheadMaxMillis,
                idBytesMax,
                unreadChangesMax,
                eventsPerCallMax,
                labelsPerUserMax,
                preferenceEntriesMax);
    }

    public UserLimits withEventAgeMaxMillis(long millis) {
        return new UserLimits(
                historyMax,
                seenWindowMillis,
                seenPerUserMax,
                sessionsPerUserMax,
                sessionItemsMax,
                sessionMillis,
                millis,
                eventAheadMaxMillis,
                idBytesMax,
                unreadChangesMax,
                eventsPerCallMax,
                labelsPerUserMax,
                preferenceEntriesMax);
    }

    public UserLimits withDisk(long idBytes, long unreadChanges) {
        return new UserLimits(
                historyMax,
                seenWindowMillis,
                seenPerUserMax,
                sessionsPerUserMax,
                sessionItemsMax,
                sessionMillis,
                eventAgeMaxMillis,
                eventAheadMaxMillis,
                idBytes,
                unreadChanges,
                eventsPerCallMax,
                labelsPerUserMax,
                preferenceEntriesMax);
    }
}
