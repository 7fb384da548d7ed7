package dev.mobula.actors.items;

import dev.mobula.actors.codec.Codec;
import dev.mobula.actors.codec.MessageReader;
import dev.mobula.actors.codec.MessageWriter;

/// One space of one shard in words and numbers.
///
/// @param source the folder that it was made from
/// @param ready whether it answers
/// @param known items that its encoder knows, of those that this shard would own
/// @param findable items that it finds
/// @param unreachable items that are found by the vectors they are stored with, and not here: the encoder does not know
///     them, so other sources have to find them
/// @param trouble why it does not fill, empty when it does
public record SpaceStatus(
        String name,
        String source,
        boolean ready,
        int known,
        int findable,
        int unreachable,
        String trouble) {
    static final Codec<SpaceStatus> CODEC =
            new Codec<>() {
                @Override
                public void write(SpaceStatus value, MessageWriter out) {
                    out.writeString(value.name())
                            .writeString(value.source())
                            .writeBoolean(value.ready())
                            .writeInt(value.known())
                            .writeInt(value.findable())
                            .writeInt(value.unreachable())
                            .writeString(value.trouble());
                }

                @Override
                public SpaceStatus read(MessageReader in) {
                    return new SpaceStatus(
                            in.readString(),
                            in.readString(),
                            in.readBoolean(),
                            in.readInt(),
                            in.readInt(),
                            in.readInt(),
                            in.readString());
                }
            };
}
