package dev.mobula.actors.feed;

import dev.mobula.ranking.safety.VisibilityPolicy;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/// How pages are made: the time a request may take, what a candidate is worth, the rules of a page, and the limits.
///
/// @param budget the time one request may take
/// @param visibility what labels of items and of accounts mean on each surface
/// @param hiddenLabels labels of items and of accounts that nobody sees on any surface
/// @param itemsMax most items whose facts are kept at hand
/// @param catchUpLimit how long opening waits until all items are known
public record FeedSettings(
        Duration budget,
        Shape shape,
        Load load,
        Sessions sessions,
        VisibilityPolicy visibility,
        Set<String> hiddenLabels,
        int itemsMax,
        Duration catchUpLimit) {
    private static final int CURSOR_KEY_BYTES = 32;
    private static final int SLOTS_MAX = 10;
    private static final int CANDIDATES_MAX = 4_096;

    /// What a page is to look like where no experiment says otherwise.
    ///
    /// @param value what a candidate is worth: an expression over the model's heads, `similarity`, `followed` and
    ///     `ageHours`; `valueBySurface` has those of surfaces with one of their own
    /// @param perAuthorMax most items of one author on a page
    /// @param diversity what difference is worth; 0 for value alone, more for a page of unlike items
    /// @param explorationSlots places of a page that are drawn among new items
    /// @param halfLife after which what a user did counts half
    public record Shape(
            String value,
            Map<String, String> valueBySurface,
            int perAuthorMax,
            double diversity,
            int explorationSlots,
            Duration halfLife) {
        public Shape {
            valueBySurface = Map.copyOf(valueBySurface);
            if (perAuthorMax < 1) {
                throw new IllegalArgumentException(
                        "perAuthorMax=" + perAuthorMax + " is less than 1");
            }
            if (!(diversity >= 0 && diversity <= 1)) {
                throw new IllegalArgumentException("diversity=" + diversity + " is outside 0..1");
            }
            if (explorationSlots < 0 || explorationSlots > SLOTS_MAX) {
                throw new IllegalArgumentException(
                        "explorationSlots=" + explorationSlots + " is outside 0.." + SLOTS_MAX);
            }
            positive("halfLife", halfLife);
        }
    }

    /// How much work there may be.
    ///
    /// @param candidates most candidates that are ranked for a page
    /// @param inFlightMax most requests at once; more are refused
    /// @param targetP95 what 95 of 100 requests are to stay below: candidates get fewer until they do
    public record Load(int candidates, int inFlightMax, Duration targetP95) {
        public Load {
            if (candidates < 1 || candidates > CANDIDATES_MAX) {
                throw new IllegalArgumentException(
                        "candidates=" + candidates + " is outside 1.." + CANDIDATES_MAX);
            }
            if (inFlightMax < 1) {
                throw new IllegalArgumentException(
                        "inFlightMax=" + inFlightMax + " is less than 1");
            }
            positive("targetP95", targetP95);
        }
    }

    /// How pages follow each other.
    ///
    /// @param cursorKey the secret that seals cursors, the same in every gateway; owned
    /// @param age how long a cursor is good
    @SuppressWarnings("ArrayRecordComponent")
    public record Sessions(byte[] cursorKey, Duration age) {
        public Sessions {
            positive("cursorAge", age);
        }
    }

    public FeedSettings {
        positive("budget", budget);
        hiddenLabels = Set.copyOf(hiddenLabels);
        if (itemsMax < 1) {
            throw new IllegalArgumentException("itemsMax=" + itemsMax + " is less than 1");
        }
    }

    private static void positive(String field, Duration value) {
        if (value.isNegative() || value.isZero()) {
            throw new IllegalArgumentException(field + "=" + value + " is not positive");
        }
    }

    /// Similarity and the heads of the starter model, three items of an author, 500 candidates, by value alone; p95 at
    /// half the budget; cursors of this process, good for an hour.
    public static FeedSettings within(Duration budget) {
        byte[] key = new byte[CURSOR_KEY_BYTES];
        new SecureRandom().nextBytes(key);
        return new FeedSettings(
                budget,
                new Shape("similarity + click + like", Map.of(), 3, 0, 0, Duration.ofDays(3)),
                new Load(500, 64, budget.dividedBy(2)),
                new Sessions(key, Duration.ofHours(1)),
                VisibilityPolicy.usual(),
                Set.of("spam", "suspended"),
                10_000_000,
                Duration.ofMinutes(1));
    }

    private FeedSettings with(Shape other) {
        return new FeedSettings(
                budget, other, load, sessions, visibility, hiddenLabels, itemsMax, catchUpLimit);
    }

    private FeedSettings with(Load other) {
        return new FeedSettings(
                budget, shape, other, sessions, visibility, hiddenLabels, itemsMax, catchUpLimit);
    }

    /// The value expression of every surface that has none of its own.
    public FeedSettings withValue(String expression) {
        return with(
                new Shape(
                        expression,
                        shape.valueBySurface,
                        shape.perAuthorMax,
                        shape.diversity,
                        shape.explorationSlots,
                        shape.halfLife));
    }

    public FeedSettings withValue(String surface, String expression) {
        Map<String, String> more = new HashMap<>(shape.valueBySurface);
        more.put(surface, expression);
        return with(
                new Shape(
                        shape.value,
                        more,
                        shape.perAuthorMax,
                        shape.diversity,
                        shape.explorationSlots,
                        shape.halfLife));
    }

    public FeedSettings withPerAuthorMax(int most) {
        return with(
                new Shape(
                        shape.value,
                        shape.valueBySurface,
                        most,
                        shape.diversity,
                        shape.explorationSlots,
                        shape.halfLife));
    }

    public FeedSettings withDiversity(double weight) {
        return with(
                new Shape(
                        shape.value,
                        shape.valueBySurface,
                        shape.perAuthorMax,
                        weight,
                        shape.explorationSlots,
                        shape.halfLife));
    }

    public FeedSettings withExploration(int slots) {
        return with(
                new Shape(
                        shape.value,
                        shape.valueBySurface,
                        shape.perAuthorMax,
                        shape.diversity,
                        slots,
                        shape.halfLife));
    }

    public FeedSettings withHalfLife(Duration halfLife) {
        return with(
                new Shape(
                        shape.value,
                        shape.valueBySurface,
                        shape.perAuthorMax,
                        shape.diversity,
                        shape.explorationSlots,
                        halfLife));
    }

    public FeedSettings withCandidates(int most) {
        return with(new Load(most, load.inFlightMax, load.targetP95));
    }

    public FeedSettings withInFlight(int most) {
        return with(new Load(load.candidates, most, load.targetP95));
    }

    public FeedSettings withTargetP95(Duration target) {
        return with(new Load(load.candidates, load.inFlightMax, target));
    }

    public FeedSettings withCursorKey(byte[] key) {
        Sessions sealed = new Sessions(key.clone(), sessions.age);
        return new FeedSettings(
                budget, shape, load, sealed, visibility, hiddenLabels, itemsMax, catchUpLimit);
    }

    public FeedSettings withHiddenLabels(Set<String> labels) {
        return new FeedSettings(
                budget, shape, load, sessions, visibility, labels, itemsMax, catchUpLimit);
    }

    public FeedSettings withVisibility(VisibilityPolicy policy) {
        return new FeedSettings(
                budget, shape, load, sessions, policy, hiddenLabels, itemsMax, catchUpLimit);
    }

    public FeedSettings withItemsMax(int most) {
        return new FeedSettings(
                budget, shape, load, sessions, visibility, hiddenLabels, most, catchUpLimit);
    }

    /// The policy with what is hidden everywhere.
    VisibilityPolicy policy() {
        return visibility.dropping(hiddenLabels);
    }

    /// The value expression of a surface.
    String valueOf(String surface) {
        return shape.valueBySurface.getOrDefault(surface, shape.value);
    }
}
