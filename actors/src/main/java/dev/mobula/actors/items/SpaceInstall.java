package dev.mobula.actors.items;

import dev.mobula.actors.codec.Codec;
import dev.mobula.actors.codec.MessageReader;
import dev.mobula.actors.codec.MessageWriter;
import dev.mobula.actors.shards.ShardLayout;

/// A wish that a shard have a space: where all of its vectors lie, and which of them are the shard's.
///
/// @param shard the shard's number among `shards`
record SpaceInstall(String name, String folder, int shard, int shards) {
    static final Codec<SpaceInstall> CODEC =
            new Codec<>() {
                @Override
                public void write(SpaceInstall value, MessageWriter out) {
                    out.writeString(value.name())
                            .writeString(value.folder())
                            .writeInt(value.shard())
                            .writeInt(value.shards());
                }

                @Override
                public SpaceInstall read(MessageReader in) {
                    return new SpaceInstall(
                            in.readString(), in.readString(), in.readInt(), in.readInt());
                }
            };

    boolean owns(long id) {
        return ShardLayout.shardOf(id, shards) == shard;
    }
}
