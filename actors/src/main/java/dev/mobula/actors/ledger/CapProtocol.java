package dev.mobula.actors.ledger;

import dev.mobula.actors.codec.Codec;
import dev.mobula.actors.codec.MalformedMessageException;
import dev.mobula.actors.codec.MessageReader;
import dev.mobula.actors.codec.MessageWriter;
import dev.mobula.ranking.notify.ledger.GlobalCaps.Request;

/// The operations of the holder of the global caps, and of a shard of the ledger.
final class CapProtocol {
    /// Carries out a [Request] on the caps.
    static final int ASK = 1;

    /// Carries out a command on a shard.
    static final int APPLY = 1;

    /// What time it is on a shard.
    static final int TIME = 2;

    /// What a shard granted, begun and denied of late.
    static final int SPENDING = 3;

    private static final int SET = 1;
    private static final int GRANT = 2;
    private static final int TAKE_BACK = 3;

    static final Codec<Request> REQUEST =
            new Codec<>() {
                @Override
                public void write(Request value, MessageWriter out) {
                    switch (value) {
                        case Request.SetCap(String counter, long cap) ->
                                out.writeByte(SET).writeString(counter).writeLong(cap);
                        case Request.Grant(
                                        String counter,
                                        String ledger,
                                        long epoch,
                                        long serial,
                                        int wanted) ->
                                lend(out, GRANT, counter, ledger, epoch, serial, wanted);
                        case Request.TakeBack(
                                        String counter,
                                        String ledger,
                                        long epoch,
                                        long serial,
                                        int units) ->
                                lend(out, TAKE_BACK, counter, ledger, epoch, serial, units);
                    }
                }

                @Override
                public Request read(MessageReader in) {
                    int kind = in.readByte();
                    String counter = in.readString();
                    return switch (kind) {
                        case SET -> new Request.SetCap(counter, in.readLong());
                        case GRANT ->
                                new Request.Grant(
                                        counter,
                                        in.readString(),
                                        in.readLong(),
                                        in.readLong(),
                                        in.readInt());
                        case TAKE_BACK ->
                                new Request.TakeBack(
                                        counter,
                                        in.readString(),
                                        in.readLong(),
                                        in.readLong(),
                                        in.readInt());
                        default ->
                                throw new MalformedMessageException(
                                        "no request to the caps is of kind " + kind);
                    };
                }
            };

    private CapProtocol() {}

    private static void lend(
            MessageWriter out,
            int kind,
            String counter,
            String ledger,
            long epoch,
            long serial,
            int units) {
        out.writeByte(kind)
                .writeString(counter)
                .writeString(ledger)
                .writeLong(epoch)
                .writeLong(serial)
                .writeInt(units);
    }
}
