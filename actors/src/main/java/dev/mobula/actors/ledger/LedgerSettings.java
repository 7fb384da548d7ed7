package dev.mobula.actors.ledger;

import dev.mobula.actors.codec.Codec;
import dev.mobula.actors.codec.MessageReader;
import dev.mobula.actors.codec.MessageWriter;
import dev.mobula.actors.shards.ShardLayout;
import java.time.Duration;

/// How a shard of the ledger lives among the others.
///
/// @param shards all of them, this one among them
/// @param caps the service that holds the global caps
/// @param tick how often what has run out is swept, digests are flushed and clocks compared
record LedgerSettings(ShardLayout shards, String caps, Duration tick) {
    static final Codec<LedgerSettings> CODEC =
            new Codec<>() {
                @Override
                public void write(LedgerSettings value, MessageWriter out) {
                    ShardLayout.CODEC.write(value.shards(), out);
                    out.writeString(value.caps()).writeLong(value.tick().toMillis());
                }

                @Override
                public LedgerSettings read(MessageReader in) {
                    return new LedgerSettings(
                            ShardLayout.CODEC.read(in),
                            in.readString(),
                            Duration.ofMillis(in.readLong()));
                }
            };
}
