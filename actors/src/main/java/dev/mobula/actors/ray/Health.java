package dev.mobula.actors.ray;

import dev.mobula.actors.codec.Codec;
import dev.mobula.actors.codec.MessageReader;
import dev.mobula.actors.codec.MessageWriter;

/// How a hosted replica fares: its process's memory, its queue, and its metrics page.
record Health(long memoryBytes, int queued, String metrics) {
    /// What is known of a replica that does not answer.
    static final Health UNKNOWN = new Health(0, 0, "");

    static final Codec<Health> CODEC =
            new Codec<>() {
                @Override
                public void write(Health value, MessageWriter out) {
                    out.writeLong(value.memoryBytes())
                            .writeInt(value.queued())
                            .writeString(value.metrics());
                }

                @Override
                public Health read(MessageReader in) {
                    return new Health(in.readLong(), in.readInt(), in.readString());
                }
            };
}
