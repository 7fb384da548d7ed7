package dev.mobula.actors.feed;

import java.util.List;
import java.util.Map;

/// What a page needs to know of a user: what they did lately, whom they follow, what they said to like.
///
/// @param events newest first
/// @param follows owned
/// @param chosenItems items the user said to like, for want of anything better
/// @param attributes whatever else is known, such as a country: models take of it what they know
/// @param wishes what this user wants of labels: `hide`, `warn` or `ignore` by label, or by `source/label`
@SuppressWarnings("ArrayRecordComponent")
public record Person(
        long user,
        List<Event> events,
        long[] follows,
        List<String> topics,
        List<String> languages,
        List<Long> chosenItems,
        Map<String, String> wishes,
        Map<String, String> attributes) {
    public Person {
        events = List.copyOf(events);
        topics = List.copyOf(topics);
        languages = List.copyOf(languages);
        chosenItems = List.copyOf(chosenItems);
        wishes = Map.copyOf(wishes);
        attributes = Map.copyOf(attributes);
    }

    /// Something the user did.
    ///
    /// @param weight above zero for what speaks for the item, below for what speaks against it
    public record Event(long item, String kind, float weight, long atMillis) {}

    /// Somebody of whom nothing is known.
    public static Person unknown(long user) {
        return new Person(
                user, List.of(), new long[0], List.of(), List.of(), List.of(), Map.of(), Map.of());
    }
}
