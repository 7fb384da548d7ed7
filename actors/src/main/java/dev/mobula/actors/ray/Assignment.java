package dev.mobula.actors.ray;

import dev.mobula.actors.codec.Codec;
import dev.mobula.actors.codec.MessageReader;
import dev.mobula.actors.codec.MessageWriter;
import dev.mobula.actors.runtime.MailboxLimits;
import dev.mobula.actors.runtime.ServiceSpec;
import dev.mobula.actors.runtime.StateKind;
import java.time.Duration;

/// What an actor is told to host: one replica of a service.
record Assignment(ServiceSpec spec, int replica) {
    static final Codec<Assignment> CODEC =
            new Codec<>() {
                @Override
                public void write(Assignment value, MessageWriter out) {
                    writeSpec(value.spec(), out);
                    out.writeInt(value.replica());
                }

                @Override
                public Assignment read(MessageReader in) {
                    return new Assignment(readSpec(in), in.readInt());
                }
            };

    private static void writeSpec(ServiceSpec spec, MessageWriter out) {
        out.writeString(spec.name())
                .writeString(spec.factory())
                .writeBytes(spec.settings())
                .writeInt(spec.replicas())
                .writeNumbersByName(spec.resources())
                .writeOptional(spec.node(), MessageWriter::writeString)
                .writeStrings(spec.jvmOptions())
                .writeInt(spec.restartsMax())
                .writeInt(spec.threads());
        writeLimits(spec.limits(), out);
        out.writeString(spec.state().name()).writeBoolean(spec.detached());
    }

    private static ServiceSpec readSpec(MessageReader in) {
        return new ServiceSpec(
                in.readString(),
                in.readString(),
                in.readBytes(),
                in.readInt(),
                in.readNumbersByName(),
                in.readOptional(MessageReader::readString),
                in.readStrings(),
                in.readInt(),
                in.readInt(),
                readLimits(in),
                StateKind.valueOf(in.readString()),
                in.readBoolean());
    }

    private static void writeLimits(MailboxLimits limits, MessageWriter out) {
        out.writeInt(limits.requestsMax())
                .writeLong(limits.bytesMax())
                .writeInt(limits.requestBytesMax())
                .writeInt(limits.batchMax())
                .writeLong(limits.batchWait().toNanos());
    }

    private static MailboxLimits readLimits(MessageReader in) {
        return new MailboxLimits(
                in.readInt(),
                in.readLong(),
                in.readInt(),
                in.readInt(),
                Duration.ofNanos(in.readLong()));
    }
}
