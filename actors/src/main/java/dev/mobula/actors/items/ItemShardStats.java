package dev.mobula.actors.items;

import dev.mobula.actors.codec.Codec;
import dev.mobula.actors.codec.MessageReader;
import dev.mobula.actors.codec.MessageWriter;

/// One shard in numbers: items stored and findable, how far its index has read the store's changes.
///
/// @param stage whether it serves, is being filled, frozen or retired
/// @param setAside stored items that the index cannot hold because they do not fit its settings
public record ItemShardStats(
        String stage,
        long storedEstimated,
        int findable,
        long setAside,
        long storePosition,
        long indexPosition,
        long compactions) {
    /// Of a shard that has no data any more.
    static ItemShardStats nothing(String stage) {
        return new ItemShardStats(stage, 0, 0, 0, 0, 0, 0);
    }

    static final Codec<ItemShardStats> CODEC =
            new Codec<>() {
                @Override
                public void write(ItemShardStats value, MessageWriter out) {
                    out.writeString(value.stage())
                            .writeLong(value.storedEstimated())
                            .writeInt(value.findable())
                            .writeLong(value.setAside())
                            .writeLong(value.storePosition())
                            .writeLong(value.indexPosition())
                            .writeLong(value.compactions());
                }

                @Override
                public ItemShardStats read(MessageReader in) {
                    return new ItemShardStats(
                            in.readString(),
                            in.readLong(),
                            in.readInt(),
                            in.readLong(),
                            in.readLong(),
                            in.readLong(),
                            in.readLong());
                }
            };
}
