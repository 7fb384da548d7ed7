package dev.mobula.actors.ranker;

import dev.mobula.actors.codec.Codec;
import dev.mobula.actors.codec.MalformedMessageException;
import dev.mobula.actors.codec.MessageReader;
import dev.mobula.actors.codec.MessageWriter;
import dev.mobula.ranking.features.Drop;
import dev.mobula.ranking.features.FeatureLayout;
import dev.mobula.ranking.features.FeatureValue;
import dev.mobula.ranking.features.Side;
import dev.mobula.ranking.model.KernelIdentity;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The operations of a ranker and the messages that score and replay.
final class RankerProtocol {
    static final int SCORE = 1;
    static final int REPLAY = 2;
    static final int DESCRIBE = 3;
    static final int INSTALL = 4;
    static final int LINE_UP = 5;
    static final int RETIRE = 6;
    static final int STATUS = 7;
    static final int SCHEMA = 8;
    static final int LINEUP = 9;

    static final byte[] NOTHING = {};

    private static final int AMOUNT = 0;
    private static final int COUNT = 1;
    private static final int TEXT = 2;
    private static final int ID = 3;
    private static final int TEXTS = 4;
    private static final int IDS = 5;

    private RankerProtocol() {}

    /// A codec made of its two directions.
    private static <T> Codec<T> codec(Writing<T> writing, Reading<T> reading) {
        return new Codec<>() {
            @Override
            public void write(T value, MessageWriter out) {
                writing.write(out, value);
            }

            @Override
            public T read(MessageReader in) {
                return reading.read(in);
            }
        };
    }

    @FunctionalInterface
    private interface Writing<T> {
        void write(MessageWriter out, T value);
    }

    @FunctionalInterface
    private interface Reading<T> {
        T read(MessageReader in);
    }

    static final Codec<List<RankRequest>> REQUESTS =
            codec(
                    (out, requests) -> out.writeList(requests, RankerProtocol::writeRequest),
                    in -> in.readList(RankerProtocol::readRequest));

    static final Codec<List<Ranked>> RANKED =
            codec(
                    (out, all) -> out.writeList(all, RankerProtocol::writeRanked),
                    in -> in.readList(RankerProtocol::readRanked));

    static final Codec<Scores> SCORES =
            codec(RankerProtocol::writeScores, RankerProtocol::readScores);

    /// A logged vector, the version that scored it, and the kernel that did.
    record Logged(String model, KernelIdentity kernel, byte[] vector) {}

    static final Codec<Logged> LOGGED =
            codec(
                    (out, logged) -> {
                        out.writeString(logged.model());
                        writeKernel(out, logged.kernel());
                        out.writeBytes(logged.vector());
                    },
                    in -> new Logged(in.readString(), readKernel(in), in.readBytes()));

    static final Codec<List<FeatureLayout.Reading>> READINGS =
            codec(
                    (out, readings) ->
                            out.writeList(
                                    readings,
                                    (writer, it) ->
                                            writer.writeString(it.feature())
                                                    .writeString(it.side().name())
                                                    .writeString(it.reading())),
                    in ->
                            in.readList(
                                    reader ->
                                            new FeatureLayout.Reading(
                                                    reader.readString(),
                                                    Side.valueOf(reader.readString()),
                                                    reader.readString())));

    static final Codec<String> TEXT_ALONE =
            codec(MessageWriter::writeString, MessageReader::readString);

    private static void writeRequest(MessageWriter out, RankRequest request) {
        out.writeLong(request.user())
                .writeString(request.model())
                .writeLong(request.nowSeconds())
                .writeString(request.surface())
                .writeBoolean(request.wantsVectors())
                .writeLongs(request.candidates());
        writeValues(out, request.features());
        writeValues(out, request.context());
    }

    private static void writeValues(MessageWriter out, Map<String, FeatureValue> values) {
        out.writeInt(values.size());
        values.forEach(
                (name, value) -> {
                    out.writeString(name);
                    writeValue(out, value);
                });
    }

    private static RankRequest readRequest(MessageReader in) {
        long user = in.readLong();
        String model = in.readString();
        long nowSeconds = in.readLong();
        String surface = in.readString();
        boolean wantsVectors = in.readBoolean();
        long[] candidates = in.readLongs();
        return new RankRequest(
                user,
                model,
                readValues(in),
                readValues(in),
                candidates,
                nowSeconds,
                surface,
                wantsVectors);
    }

    private static Map<String, FeatureValue> readValues(MessageReader in) {
        Map<String, FeatureValue> values = new LinkedHashMap<>();
        for (int left = in.readInt(); left > 0; left--) {
            String name = in.readString();
            if (values.put(name, readValue(in)) != null) {
                throw new MalformedMessageException("feature \"" + name + "\" comes twice");
            }
        }
        return values;
    }

    private static void writeValue(MessageWriter out, FeatureValue value) {
        switch (value) {
            case FeatureValue.Amount(double amount) -> out.writeByte(AMOUNT).writeDouble(amount);
            case FeatureValue.Count(double count, long atSeconds) ->
                    out.writeByte(COUNT).writeDouble(count).writeLong(atSeconds);
            case FeatureValue.Text(String text) -> out.writeByte(TEXT).writeString(text);
            case FeatureValue.Id(long id) -> out.writeByte(ID).writeLong(id);
            case FeatureValue.Texts(List<String> texts) -> out.writeByte(TEXTS).writeStrings(texts);
            case FeatureValue.Ids(List<Long> ids) ->
                    out.writeByte(IDS).writeList(ids, MessageWriter::writeLong);
        }
    }

    private static FeatureValue readValue(MessageReader in) {
        byte kind = in.readByte();
        return switch (kind) {
            case AMOUNT -> new FeatureValue.Amount(in.readDouble());
            case COUNT -> new FeatureValue.Count(in.readDouble(), in.readLong());
            case TEXT -> new FeatureValue.Text(in.readString());
            case ID -> new FeatureValue.Id(in.readLong());
            case TEXTS -> new FeatureValue.Texts(in.readStrings());
            case IDS -> new FeatureValue.Ids(in.readList(MessageReader::readLong));
            default -> throw new MalformedMessageException("no value is of kind " + kind);
        };
    }

    private static void writeRanked(MessageWriter out, Ranked ranked) {
        switch (ranked) {
            case Ranked.Scored(Scores scores) -> writeScores(out.writeBoolean(true), scores);
            case Ranked.Refused(long user, String reason) ->
                    out.writeBoolean(false).writeLong(user).writeString(reason);
        }
    }

    private static Ranked readRanked(MessageReader in) {
        return in.readBoolean()
                ? new Ranked.Scored(readScores(in))
                : new Ranked.Refused(in.readLong(), in.readString());
    }

    private static void writeScores(MessageWriter out, Scores scores) {
        out.writeString(scores.model());
        writeKernel(out, scores.kernel());
        out.writeString(scores.schema())
                .writeString(scores.value())
                .writeStrings(scores.heads())
                .writeStrings(scores.uncalibrated())
                .writeLongs(scores.ids())
                .writeFloats(scores.values())
                .writeDoubles(scores.calibrated())
                .writeList(
                        scores.drops(),
                        (writer, drop) ->
                                writer.writeLong(drop.id()).writeString(drop.reason().name()))
                .writeList(scores.vectors(), MessageWriter::writeBytes);
    }

    private static Scores readScores(MessageReader in) {
        return new Scores(
                in.readString(),
                readKernel(in),
                in.readString(),
                in.readString(),
                in.readStrings(),
                in.readStrings(),
                in.readLongs(),
                in.readFloats(),
                in.readDoubles(),
                in.readList(RankerProtocol::readDrop),
                in.readList(MessageReader::readBytes));
    }

    private static Drop readDrop(MessageReader in) {
        return new Drop(in.readLong(), Drop.Reason.valueOf(in.readString()));
    }

    static void writeKernel(MessageWriter out, KernelIdentity kernel) {
        out.writeString(kernel.engine()).writeInt(kernel.lanes()).writeString(kernel.version());
    }

    static KernelIdentity readKernel(MessageReader in) {
        return new KernelIdentity(in.readString(), in.readInt(), in.readString());
    }
}
