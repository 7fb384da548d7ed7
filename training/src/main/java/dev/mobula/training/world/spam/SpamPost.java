package dev.mobula.training.world.spam;

/// One post of the stream.
///
/// @param sinceMillis when the account was made
/// @param quietMillis how long it had posted nothing
/// @param campaign which campaign it is of; 0 for none. A defence does not look at it.
public record SpamPost(
        long id,
        long account,
        long atMillis,
        long sinceMillis,
        long quietMillis,
        String text,
        int campaign) {
    public boolean isSpam() {
        return campaign != 0;
    }
}
