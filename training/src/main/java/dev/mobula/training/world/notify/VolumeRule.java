package dev.mobula.training.world.notify;

/// Who gets the day's messages. All but [#NONE] know each person's true chances: what differs is what they look at.
public enum VolumeRule {
    /// Nobody.
    NONE,
    /// Anybody.
    RANDOM,
    /// Those most likely to open, most of whom would come anyway.
    RESPONSE,
    /// Those to whom a message adds most today.
    UPLIFT,
    /// The same less what is lost when they turn messages off; nobody when that is more.
    UPLIFT_LIFETIME
}
