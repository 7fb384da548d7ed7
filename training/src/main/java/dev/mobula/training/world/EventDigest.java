package dev.mobula.training.world;

import java.util.function.Consumer;

/// A number that stands for a whole stream of impressions: another stream, another number.
public final class EventDigest implements Consumer<Impression> {
    private long digest;

    @Override
    public void accept(Impression it) {
        take(it.request());
        take(((long) it.user() << 32) | it.item());
        take(it.seconds());
        take(it.position());
        take(Double.doubleToRawLongBits(it.propensity()));
        take(Float.floatToRawIntBits(it.dwellSeconds()));
        int done = bit(it.click(), 0) | bit(it.like(), 1) | bit(it.reply(), 2);
        take(done | bit(it.follow(), 3) | bit(it.hide(), 4) | bit(it.report(), 5));
    }

    private void take(long part) {
        digest = Noise.mix(31 * digest + part);
    }

    private static int bit(boolean set, int place) {
        return set ? 1 << place : 0;
    }

    public long value() {
        return digest;
    }
}
