package dev.mobula.actors.feed;

import java.util.Set;
import java.util.regex.Pattern;

/// Who asks for a page, where it is shown, how long it may be, and what must not be on it.
///
/// @param surface where the page is shown, such as `home`: it has its value expression, and is logged
/// @param cursor what the page before gave, to go on from there; empty for a first page
/// @param seen ids the user was shown elsewhere
/// @param exclude ids that are not wanted for another reason
/// @param debug whether the page is only looked at: it marks nothing, logs nothing, and has no next one
public record FeedRequest(
        long user,
        String surface,
        int limit,
        String cursor,
        FeedContext context,
        Set<Long> seen,
        Set<Long> exclude,
        boolean debug) {
    /// The longest page.
    public static final int LIMIT_MAX = 100;

    /// The most ids that may be excluded, and the most that may be said to be seen.
    public static final int EXCLUDE_MAX = 10_000;

    /// Where a page is shown when nothing else is said.
    public static final String HOME = "home";

    private static final Pattern SURFACE = Pattern.compile("[a-zA-Z0-9._-]{1,64}");

    public FeedRequest {
        if (limit < 1 || limit > LIMIT_MAX) {
            throw new IllegalArgumentException("limit=" + limit + " is outside 1.." + LIMIT_MAX);
        }
        if (!SURFACE.matcher(surface).matches()) {
            throw new IllegalArgumentException(
                    "surface=" + surface + " is not 1 to 64 letters, digits, dots, dashes or _");
        }
        atMostExcluded("exclude", exclude);
        atMostExcluded("seen", seen);
        seen = Set.copyOf(seen);
        exclude = Set.copyOf(exclude);
    }

    private static void atMostExcluded(String field, Set<Long> ids) {
        if (ids.size() > EXCLUDE_MAX) {
            throw new IllegalArgumentException(
                    field + " has " + ids.size() + " ids, at most " + EXCLUDE_MAX);
        }
    }

    /// A first page on the home surface.
    public FeedRequest(long user, int limit, Set<Long> exclude) {
        this(user, HOME, limit, "", FeedContext.NONE, Set.of(), exclude, false);
    }

    /// A first page on the home surface with nothing left out.
    public static FeedRequest of(long user, int limit) {
        return new FeedRequest(user, limit, Set.of());
    }

    public FeedRequest onSurface(String name) {
        return new FeedRequest(user, name, limit, cursor, context, seen, exclude, debug);
    }

    public FeedRequest withCursor(String after) {
        return new FeedRequest(user, surface, limit, after, context, seen, exclude, debug);
    }

    public FeedRequest withContext(FeedContext said) {
        return new FeedRequest(user, surface, limit, cursor, said, seen, exclude, debug);
    }

    public FeedRequest withSeen(Set<Long> ids) {
        return new FeedRequest(user, surface, limit, cursor, context, ids, exclude, debug);
    }

    public FeedRequest without(Set<Long> ids) {
        return new FeedRequest(user, surface, limit, cursor, context, seen, ids, debug);
    }

    public FeedRequest asDebug() {
        return new FeedRequest(user, surface, limit, cursor, context, seen, exclude, true);
    }
}
