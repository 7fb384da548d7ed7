package dev.mobula.actors.ranker;

import dev.mobula.actors.codec.Codec;
import dev.mobula.actors.codec.MessageReader;
import dev.mobula.actors.codec.MessageWriter;
import dev.mobula.actors.shards.ShardLayout;
import java.time.Duration;

/// How a ranker runs.
///
/// @param items the item shards whose changes it follows
/// @param itemsMax most items held per schema; further ones are set aside and counted
/// @param candidatesMax most candidates of one request
/// @param torch whether libtorch takes part in the choice of the engine
/// @param catchUpLimit how long a starting ranker waits until it has all items; after that it serves those it has
public record RankerSettings(
        ShardLayout items, int itemsMax, int candidatesMax, boolean torch, Duration catchUpLimit) {
    private static final int CANDIDATES_MAX = 1 << 14;

    static final Codec<RankerSettings> CODEC =
            new Codec<>() {
                @Override
                public void write(RankerSettings value, MessageWriter out) {
                    ShardLayout.CODEC.write(value.items(), out);
                    out.writeInt(value.itemsMax())
                            .writeInt(value.candidatesMax())
                            .writeBoolean(value.torch())
                            .writeLong(value.catchUpLimit().toMillis());
                }

                @Override
                public RankerSettings read(MessageReader in) {
                    return new RankerSettings(
                            ShardLayout.CODEC.read(in),
                            in.readInt(),
                            in.readInt(),
                            in.readBoolean(),
                            Duration.ofMillis(in.readLong()));
                }
            };

    public RankerSettings {
        if (itemsMax < 1) {
            throw new IllegalArgumentException("itemsMax=" + itemsMax + " is less than 1");
        }
        if (candidatesMax < 1 || candidatesMax > CANDIDATES_MAX) {
            throw new IllegalArgumentException(
                    "candidatesMax=" + candidatesMax + " is outside 1.." + CANDIDATES_MAX);
        }
        if (catchUpLimit.isNegative()) {
            throw new IllegalArgumentException("catchUpLimit=" + catchUpLimit + " is negative");
        }
    }

    /// Ten million items, 4,096 candidates, the engine that a calibration at start finds fastest, a minute to catch up.
    public static RankerSettings following(ShardLayout items) {
        return new RankerSettings(items, 10_000_000, 4_096, true, Duration.ofMinutes(1));
    }

    public RankerSettings withItemsMax(int max) {
        return new RankerSettings(items, max, candidatesMax, torch, catchUpLimit);
    }

    /// The packed engine alone: no calibration, and no libtorch in the process.
    public RankerSettings withPackedAlone() {
        return new RankerSettings(items, itemsMax, candidatesMax, false, catchUpLimit);
    }
}
