package dev.mobula.training.world;

import java.time.Instant;
import java.time.ZoneId;
import java.util.List;

/// A place where users live: its time zone and its language.
public record Place(ZoneId zone, Language language) {
    static final List<Place> ALL =
            List.of(
                    place("America/New_York", Language.ENGLISH),
                    place("Europe/Berlin", Language.GERMAN),
                    place("America/Mexico_City", Language.SPANISH),
                    place("Europe/London", Language.ENGLISH),
                    place("America/Los_Angeles", Language.ENGLISH),
                    place("Europe/Madrid", Language.SPANISH),
                    place("Asia/Kolkata", Language.ENGLISH),
                    place("Europe/Vienna", Language.GERMAN),
                    place("America/Argentina/Buenos_Aires", Language.SPANISH),
                    place("Australia/Sydney", Language.ENGLISH));

    private static Place place(String zone, Language language) {
        return new Place(ZoneId.of(zone), language);
    }

    /// Seconds from UTC to local time, at a moment given in seconds since 1970.
    public int offsetSeconds(long seconds) {
        return zone.getRules().getOffset(Instant.ofEpochSecond(seconds)).getTotalSeconds();
    }
}
