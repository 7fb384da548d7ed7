package dev.mobula.actors.items;

import dev.mobula.actors.codec.Codec;
import dev.mobula.actors.codec.MessageReader;
import dev.mobula.actors.codec.MessageWriter;

/// One shard in numbers: items stored and findable, how far its index has read the store's changes.
public record ItemShardStats(
        long storedEstimated,
        int findable,
        long storePosition,
        long indexPosition,
        long compactions) {
    static final Codec<ItemShardStats> CODEC =
            new Codec<>() {
                @Override
                public void write(ItemShardStats value, MessageWriter out) {
                    out.writeLong(value.storedEstimated())
                            .writeInt(value.findable())
                            .writeLong(value.storePosition())
                            .writeLong(value.indexPosition())
                            .writeLong(value.compactions());
                }

                @Override
                public ItemShardStats read(MessageReader in) {
                    return new ItemShardStats(
                            in.readLong(),
                            in.readInt(),
                            in.readLong(),
                            in.readLong(),
                            in.readLong());
                }
            };
}
