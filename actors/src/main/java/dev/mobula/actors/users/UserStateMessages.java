package dev.mobula.actors.users;

import dev.mobula.actors.codec.Codec;
import dev.mobula.actors.codec.MalformedMessageException;
import dev.mobula.actors.codec.MessageReader;
import dev.mobula.actors.codec.MessageWriter;
import dev.mobula.retrieval.store.AccountLabel;
import dev.mobula.retrieval.store.EventOutcome;
import dev.mobula.retrieval.store.PastEvent;
import dev.mobula.retrieval.store.Preferences;
import dev.mobula.retrieval.store.UserEvent;
import dev.mobula.retrieval.store.Verdict;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// The messages about what users did, saw and chose.
final class UserStateMessages {
    private static final List<EventOutcome.Status> STATUSES = List.of(EventOutcome.Status.values());
    private static final List<Verdict> VERDICTS = List.of(Verdict.values());

    private UserStateMessages() {}

    private static <T> T one(List<T> all, MessageReader in) {
        int code = in.readByte();
        if (code >= all.size()) {
            throw new MalformedMessageException("code=" + code + " of " + all);
        }
        return all.get(code);
    }

    static final Codec<List<UserEvent>> EVENTS =
            new Codec<>() {
                @Override
                public void write(List<UserEvent> value, MessageWriter out) {
                    out.writeList(
                            value,
                            (writer, event) ->
                                    writer.writeString(event.id())
                                            .writeLong(event.user())
                                            .writeLong(event.item())
                                            .writeString(event.kind())
                                            .writeLong(event.atMillis())
                                            .writeOptional(
                                                    event.requestId(), MessageWriter::writeString)
                                            .writeString(event.surface())
                                            .writeFloat(event.value()));
                }

                @Override
                public List<UserEvent> read(MessageReader in) {
                    return in.readList(
                            reader ->
                                    new UserEvent(
                                            reader.readString(),
                                            reader.readLong(),
                                            reader.readLong(),
                                            reader.readString(),
                                            reader.readLong(),
                                            reader.readOptional(MessageReader::readString),
                                            reader.readString(),
                                            reader.readFloat()));
                }
            };

    static final Codec<List<EventOutcome>> OUTCOMES =
            new Codec<>() {
                @Override
                public void write(List<EventOutcome> value, MessageWriter out) {
                    out.writeList(
                            value,
                            (writer, outcome) ->
                                    writer.writeByte(STATUSES.indexOf(outcome.status()))
                                            .writeString(outcome.field())
                                            .writeString(outcome.reason()));
                }

                @Override
                public List<EventOutcome> read(MessageReader in) {
                    return in.readList(
                            reader ->
                                    new EventOutcome(
                                            one(STATUSES, reader),
                                            reader.readString(),
                                            reader.readString()));
                }
            };

    /// What a user may be shown of these.
    @SuppressWarnings("ArrayRecordComponent")
    record Check(long user, long[] items, long[] authors, Optional<String> session) {
        static final Codec<Check> CODEC =
                new Codec<>() {
                    @Override
                    public void write(Check value, MessageWriter out) {
                        out.writeLong(value.user())
                                .writeLongs(value.items())
                                .writeLongs(value.authors())
                                .writeOptional(value.session(), MessageWriter::writeString);
                    }

                    @Override
                    public Check read(MessageReader in) {
                        return new Check(
                                in.readLong(),
                                in.readLongs(),
                                in.readLongs(),
                                in.readOptional(MessageReader::readString));
                    }
                };
    }

    static final Codec<Verdicts> VERDICT_LIST =
            new Codec<>() {
                @Override
                public void write(Verdicts value, MessageWriter out) {
                    out.writeInt(value.size());
                    value.all().forEach(verdict -> out.writeByte(VERDICTS.indexOf(verdict)));
                }

                @Override
                public Verdicts read(MessageReader in) {
                    Verdict[] all = new Verdict[Math.clamp(in.readInt(), 0, UserShards.ITEMS_MAX)];
                    for (int i = 0; i < all.length; i++) {
                        all[i] = one(VERDICTS, in);
                    }
                    return new Verdicts(List.of(all));
                }
            };

    /// What a page of a session showed.
    @SuppressWarnings("ArrayRecordComponent")
    record Served(long user, String session, long[] items) {
        static final Codec<Served> CODEC =
                new Codec<>() {
                    @Override
                    public void write(Served value, MessageWriter out) {
                        out.writeLong(value.user())
                                .writeString(value.session())
                                .writeLongs(value.items());
                    }

                    @Override
                    public Served read(MessageReader in) {
                        return new Served(in.readLong(), in.readString(), in.readLongs());
                    }
                };
    }

    /// Up to where a reader needs nothing any more.
    record Confirmation(String reader, long position) {
        static final Codec<Confirmation> CODEC =
                new Codec<>() {
                    @Override
                    public void write(Confirmation value, MessageWriter out) {
                        out.writeString(value.reader()).writeLong(value.position());
                    }

                    @Override
                    public Confirmation read(MessageReader in) {
                        return new Confirmation(in.readString(), in.readLong());
                    }
                };
    }

    static final Codec<UserView> VIEW =
            new Codec<>() {
                @Override
                public void write(UserView value, MessageWriter out) {
                    out.writeLong(value.user())
                            .writeBoolean(value.known())
                            .writeList(value.events(), UserStateMessages::writePast)
                            .writeLongs(value.follows())
                            .writeLongs(value.blocked())
                            .writeLongs(value.muted())
                            .writeLongs(value.hidden());
                    writePreferences(value.preferences(), out);
                    out.writeList(value.labels(), UserStateMessages::writeLabel);
                    out.writeList(
                                    List.copyOf(value.counters().entrySet()),
                                    (writer, entry) ->
                                            writer.writeString(entry.getKey())
                                                    .writeLong(entry.getValue()))
                            .writeLong(value.position())
                            .writeBoolean(value.edgesCut());
                }

                @Override
                public UserView read(MessageReader in) {
                    return new UserView(
                            in.readLong(),
                            in.readBoolean(),
                            in.readList(UserStateMessages::readPast),
                            in.readLongs(),
                            in.readLongs(),
                            in.readLongs(),
                            in.readLongs(),
                            readPreferences(in),
                            in.readList(UserStateMessages::readLabel),
                            readCounters(in),
                            in.readLong(),
                            in.readBoolean());
                }
            };

    /// The labels of several accounts, in the order they were asked about.
    static final Codec<List<List<AccountLabel>>> LABELS =
            new Codec<>() {
                @Override
                public void write(List<List<AccountLabel>> value, MessageWriter out) {
                    out.writeList(
                            value,
                            (writer, labels) ->
                                    writer.writeList(labels, UserStateMessages::writeLabel));
                }

                @Override
                public List<List<AccountLabel>> read(MessageReader in) {
                    return in.readList(reader -> reader.readList(UserStateMessages::readLabel));
                }
            };

    private static void writePast(MessageWriter out, PastEvent event) {
        out.writeLong(event.item())
                .writeString(event.kind())
                .writeFloat(event.weight())
                .writeFloat(event.value())
                .writeLong(event.atMillis());
    }

    private static PastEvent readPast(MessageReader in) {
        return new PastEvent(
                in.readLong(), in.readString(), in.readFloat(), in.readFloat(), in.readLong());
    }

    private static void writeLabel(MessageWriter out, AccountLabel label) {
        out.writeString(label.name())
                .writeString(label.value())
                .writeString(label.source())
                .writeLong(label.version())
                .writeLong(label.expiresMillis());
    }

    private static AccountLabel readLabel(MessageReader in) {
        return new AccountLabel(
                in.readString(), in.readString(), in.readString(), in.readLong(), in.readLong());
    }

    private static void writePreferences(Preferences value, MessageWriter out) {
        out.writeStrings(value.topics())
                .writeStrings(value.languages())
                .writeLongs(value.chosenItems().stream().mapToLong(Long::longValue).toArray());
        writeTexts(value.labelSettings(), out);
        writeTexts(value.attributes(), out);
    }

    private static Preferences readPreferences(MessageReader in) {
        return new Preferences(
                in.readStrings(),
                in.readStrings(),
                in.readList(MessageReader::readLong),
                readTexts(in),
                readTexts(in));
    }

    private static void writeTexts(Map<String, String> texts, MessageWriter out) {
        out.writeStrings(List.copyOf(texts.keySet())).writeStrings(List.copyOf(texts.values()));
    }

    private static Map<String, String> readTexts(MessageReader in) {
        List<String> keys = in.readStrings();
        List<String> values = in.readStrings();
        Map<String, String> texts = new TreeMap<>();
        for (int i = 0; i < Math.min(keys.size(), values.size()); i++) {
            texts.put(keys.get(i), values.get(i));
        }
        return texts;
    }

    private static Map<String, Long> readCounters(MessageReader in) {
        Map<String, Long> counters = new TreeMap<>();
        in.readList(reader -> counters.put(reader.readString(), reader.readLong()) == null);
        return counters;
    }
}
