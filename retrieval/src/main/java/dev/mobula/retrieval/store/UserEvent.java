package dev.mobula.retrieval.store;

import java.util.Optional;

/// Something a user did with an item, as it was reported. What is wrong with it is said when it is recorded.
///
/// @param id names the event among the user's: what comes again under it is the same event
/// @param kind one of the store's [EventKinds]
/// @param requestId the page it happened on, where there was one
/// @param surface where in the product, may be empty
/// @param value how much of it: 1 for what merely happened, seconds for a dwell
public record UserEvent(
        String id,
        long user,
        long item,
        String kind,
        long atMillis,
        Optional<String> requestId,
        String surface,
        float value) {

    /// An event that merely happened, on no page and no named surface.
    public static UserEvent of(String id, long user, long item, String kind, long atMillis) {
        return new UserEvent(id, user, item, kind, atMillis, Optional.empty(), "", 1);
    }

    /// The same on a page.
    public UserEvent on(String page, String where) {
        return new UserEvent(id, user, item, kind, atMillis, Optional.of(page), where, value);
    }
}
