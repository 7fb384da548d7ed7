package dev.mobula.actors.loop;

/// Makes a bundle of what was logged so far.
@FunctionalInterface
public interface Learning {
    /// Learns, judges and publishes; the bundle's id. A turn that was broken off asks again with its number.
    String learn(int turn);
}
