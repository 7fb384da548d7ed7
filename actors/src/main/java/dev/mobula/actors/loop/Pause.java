package dev.mobula.actors.loop;

import java.time.Duration;

/// How the loop waits for traffic.
@FunctionalInterface
public interface Pause {
    void pause(Duration time) throws InterruptedException;
}
