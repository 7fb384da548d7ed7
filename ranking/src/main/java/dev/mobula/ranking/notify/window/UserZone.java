package dev.mobula.ranking.notify.window;

import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.List;
import java.util.stream.Stream;

/// Where a user's days begin and in which zones their quiet hours hold.
///
/// @param known whether the user's own zone is known; otherwise the default counts days, and quiet holds in every zone
///     the user may be in
public record UserZone(ZoneId days, List<ZoneId> quiet, boolean known) {
    public UserZone {
        quiet = List.copyOf(quiet);
    }

    /// The zone of this name; for a name that is unknown the default, with the zones of the user's country.
    public static UserZone of(String name, ZoneId otherwise, List<ZoneId> country) {
        try {
            ZoneId zone = ZoneId.of(name);
            return new UserZone(zone, List.of(zone), true);
        } catch (DateTimeException unknown) {
            return new UserZone(
                    otherwise,
                    Stream.concat(Stream.of(otherwise), country.stream()).distinct().toList(),
                    false);
        }
    }
}
