package dev.mobula.actors.ray;

import dev.mobula.actors.codec.Codec;
import dev.mobula.actors.codec.MessageReader;
import dev.mobula.actors.codec.MessageWriter;
import dev.mobula.actors.runtime.Address;
import dev.mobula.actors.transport.Endpoint;
import java.util.List;

/// What a hosted replica says of itself: where it is, and how it is reached.
record Description(
        Endpoint endpoint,
        String node,
        long pid,
        int replicas,
        long restarts,
        List<Address> dataPlane) {
    static final Codec<Description> CODEC =
            new Codec<>() {
                @Override
                public void write(Description value, MessageWriter out) {
                    value.endpoint().write(out);
                    out.writeString(value.node())
                            .writeLong(value.pid())
                            .writeInt(value.replicas())
                            .writeLong(value.restarts())
                            .writeList(
                                    value.dataPlane(), (writer, address) -> address.write(writer));
                }

                @Override
                public Description read(MessageReader in) {
                    return new Description(
                            Endpoint.read(in),
                            in.readString(),
                            in.readLong(),
                            in.readInt(),
                            in.readLong(),
                            in.readList(Address::read));
                }
            };
}
