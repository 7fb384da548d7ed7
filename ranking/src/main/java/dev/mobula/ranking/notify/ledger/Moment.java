package dev.mobula.ranking.notify.ledger;

/// The time at which a command is carried out.
///
/// @param suspect the clock cannot be believed: only critical messages may go
public record Moment(long millis, boolean suspect) {
    /// A time that can be believed.
    public static Moment at(long millis) {
        return new Moment(millis, false);
    }
}
