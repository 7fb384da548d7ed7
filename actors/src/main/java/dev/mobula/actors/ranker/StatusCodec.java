package dev.mobula.actors.ranker;

import dev.mobula.actors.codec.Codec;
import dev.mobula.actors.codec.MessageReader;
import dev.mobula.actors.codec.MessageWriter;
import dev.mobula.ranking.serving.Lineup;
import dev.mobula.ranking.serving.ShadowComparison;

/// The message that tells a ranker's status.
final class StatusCodec implements Codec<RankerStatus> {
    @Override
    public void write(RankerStatus value, MessageWriter out) {
        out.writeString(value.lineup().toJson())
                .writeList(value.models(), StatusCodec::writeLoaded)
                .writeList(value.following(), StatusCodec::writeFollowing)
                .writeList(value.shadows(), StatusCodec::writeShadow)
                .writeLong(value.shadowsSkipped());
    }

    @Override
    public RankerStatus read(MessageReader in) {
        return new RankerStatus(
                Lineup.parse(in.readString()),
                in.readList(StatusCodec::readLoaded),
                in.readList(StatusCodec::readFollowing),
                in.readList(StatusCodec::readShadow),
                in.readLong());
    }

    private static void writeLoaded(MessageWriter out, RankerStatus.Loaded it) {
        out.writeString(it.version());
        RankerProtocol.writeKernel(out, it.kernel());
        out.writeString(it.schema()).writeStrings(it.heads()).writeStrings(it.uncalibrated());
    }

    private static RankerStatus.Loaded readLoaded(MessageReader in) {
        return new RankerStatus.Loaded(
                in.readString(),
                RankerProtocol.readKernel(in),
                in.readString(),
                in.readStrings(),
                in.readStrings());
    }

    private static void writeFollowing(MessageWriter out, RankerStatus.Following it) {
        out.writeString(it.schema())
                .writeString(it.shard())
                .writeLong(it.position())
                .writeLong(it.newest())
                .writeInt(it.items())
                .writeLong(it.rejected());
    }

    private static RankerStatus.Following readFollowing(MessageReader in) {
        return new RankerStatus.Following(
                in.readString(),
                in.readString(),
                in.readLong(),
                in.readLong(),
                in.readInt(),
                in.readLong());
    }

    private static void writeShadow(MessageWriter out, RankerStatus.Shadow it) {
        out.writeString(it.version())
                .writeLong(it.requests())
                .writeList(it.heads(), StatusCodec::writeHead);
    }

    private static RankerStatus.Shadow readShadow(MessageReader in) {
        return new RankerStatus.Shadow(
                in.readString(), in.readLong(), in.readList(StatusCodec::readHead));
    }

    private static void writeHead(MessageWriter out, ShadowComparison.HeadSummary it) {
        out.writeString(it.head())
                .writeLong(it.candidates())
                .writeDouble(it.servedMean())
                .writeDouble(it.shadowMean())
                .writeDouble(it.differenceMean())
                .writeDouble(it.differenceMax())
                .writeDouble(it.topOverlap());
    }

    private static ShadowComparison.HeadSummary readHead(MessageReader in) {
        return new ShadowComparison.HeadSummary(
                in.readString(),
                in.readLong(),
                in.readDouble(),
                in.readDouble(),
                in.readDouble(),
                in.readDouble(),
                in.readDouble());
    }
}
