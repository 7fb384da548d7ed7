package dev.mobula.actors.safety.review;

import dev.mobula.actors.codec.Codec;
import dev.mobula.actors.codec.MessageReader;
import dev.mobula.actors.codec.MessageWriter;
import dev.mobula.actors.shards.ShardLayout;

/// What the review service is told: whose labels it writes, and its bounds.
public record ReviewSettings(ShardLayout items, ShardLayout users, ReviewLimits limits) {
    static final Codec<ReviewSettings> CODEC =
            new Codec<>() {
                @Override
                public void write(ReviewSettings value, MessageWriter out) {
                    ShardLayout.CODEC.write(value.items(), out);
                    ShardLayout.CODEC.write(value.users(), out);
                    ReviewLimits limits = value.limits();
                    out.writeInt(limits.openMax())
                            .writeInt(limits.reportsPerDayMax())
                            .writeLong(limits.leaseMillis())
                            .writeInt(limits.leasesMax())
                            .writeDouble(limits.secondShare())
                            .writeLong(limits.retentionMillis());
                }

                @Override
                public ReviewSettings read(MessageReader in) {
                    return new ReviewSettings(
                            ShardLayout.CODEC.read(in),
                            ShardLayout.CODEC.read(in),
                            new ReviewLimits(
                                    in.readInt(),
                                    in.readInt(),
                                    in.readLong(),
                                    in.readInt(),
                                    in.readDouble(),
                                    in.readLong()));
                }
            };
}
