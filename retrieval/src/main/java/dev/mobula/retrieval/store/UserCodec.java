package dev.mobula.retrieval.store;

import static dev.mobula.retrieval.RetrievalException.invalid;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// Turns edges and writes to users into records and back, and holds writes to the store's limits.
public final class UserCodec {
    /// Counters of events are named by this and their kind; nobody else may write them.
    static final String EVENT_COUNTER = "event.";

    private static final int VERSION = 1;
    private static final int CONNECT = 1;
    private static final int DISCONNECT = 2;
    private static final int COUNT = 3;
    private static final int FORGET = 4;
    private static final int PREFER = 5;
    private static final int JUDGE = 6;
    private static final int UNJUDGE = 7;
    private static final int HAPPENED = 8;
    private static final int ERASED = 9;
    private static final int BLOCKED_BY = 10;

    private final StoreLimits limits;
    private final UserLimits userLimits;

    UserCodec(StoreLimits limits, UserLimits userLimits) {
        this.limits = limits;
        this.userLimits = userLimits;
    }

    void check(UserWrite write) {
        switch (write) {
            case UserWrite.Connect(long user, EdgeKind kind, long target, long since) -> {
                if (user == target && !kind.endsAtItem()) {
                    throw invalid("target", target, kind + " must not end at the user itself");
                }
            }
            case UserWrite.Count(long user, String counter, long delta) -> {
                name("counter", counter);
                if (counter.startsWith(EVENT_COUNTER)) {
                    throw invalid("counter", counter, "is counted by events alone");
                }
            }
            case UserWrite.Prefer(long user, Preferences preferences) -> check(preferences);
            case UserWrite.Judge(long user, AccountLabel label) -> {
                name("label.name", label.name());
                ItemCodec.text("label.value", label.value(), limits.nameBytesMax());
                ItemCodec.text("label.source", label.source(), limits.nameBytesMax());
            }
            case UserWrite.Unjudge(long user, String label) -> name("label", label);
            case UserWrite.Erased erased ->
                    throw invalid("write", erased, "is what the store makes of others");
            case UserWrite.Disconnect disconnect -> {}
            case UserWrite.Forget forget -> {}
            case UserWrite.Happened happened -> {}
            case UserWrite.BlockedBy told -> {}
        }
    }

    private void check(Preferences preferences) {
        if (preferences.entries() > userLimits.preferenceEntriesMax()) {
            throw invalid(
                    "preferences",
                    preferences.entries() + " entries",
                    "must be at most " + userLimits.preferenceEntriesMax());
        }
        preferences.topics().forEach(topic -> name("preferences.topics", topic));
        preferences.languages().forEach(language -> name("preferences.languages", language));
        check("preferences.labelSettings", preferences.labelSettings());
        check("preferences.attributes", preferences.attributes());
    }

    private void check(String field, Map<String, String> entries) {
        entries.forEach(
                (key, value) -> {
                    name(field, key);
                    ItemCodec.text(field + "." + key, value, limits.nameBytesMax());
                });
    }

    private void name(String field, String name) {
        if (name.isEmpty()) {
            throw invalid(field, "\"\"", "must not be empty");
        }
        ItemCodec.text(field, name, limits.nameBytesMax());
    }

    static byte[] encodeEdge(long sinceMillis) {
        RecordWriter out = new RecordWriter(VERSION);
        out.writeSigned(sinceMillis);
        return out.finish();
    }

    static long decodeEdge(long user, byte[] record) {
        RecordReader in = new RecordReader(record, VERSION, "edge of user " + user);
        long since = in.readSigned();
        in.finish();
        return since;
    }

    /// A write as one record, as the change stream keeps it.
    public static byte[] encode(UserWrite write) {
        RecordWriter out = new RecordWriter(VERSION);
        switch (write) {
            case UserWrite.Connect(long user, EdgeKind kind, long target, long since) -> {
                begin(out, CONNECT, user);
                out.writeByte(kind.code());
                out.writeFixed(target);
                out.writeSigned(since);
            }
            case UserWrite.Disconnect(long user, EdgeKind kind, long target) -> {
                begin(out, DISCONNECT, user);
                out.writeByte(kind.code());
                out.writeFixed(target);
            }
            case UserWrite.Count(long user, String counter, long delta) -> {
                begin(out, COUNT, user);
                out.writeText(counter);
                out.writeSigned(delta);
            }
            case UserWrite.Forget(long user) -> begin(out, FORGET, user);
            case UserWrite.Prefer(long user, Preferences preferences) -> {
                begin(out, PREFER, user);
                write(preferences, out);
            }
            case UserWrite.Judge(long user, AccountLabel label) -> {
                begin(out, JUDGE, user);
                write(label, out);
            }
            case UserWrite.Unjudge(long user, String label) -> {
                begin(out, UNJUDGE, user);
                out.writeText(label);
            }
            case UserWrite.Happened(UserEvent event) -> {
                begin(out, HAPPENED, event.user());
                write(event, out);
            }
            case UserWrite.Erased erased -> begin(out, ERASED, erased.user());
            case UserWrite.BlockedBy(long user, long by, long position, boolean blocked) -> {
                begin(out, BLOCKED_BY, user);
                out.writeFixed(by);
                out.writeCount(position);
                out.writeByte(blocked ? 1 : 0);
            }
        }
        return out.finish();
    }

    private static void begin(RecordWriter out, int type, long user) {
        out.writeByte(type);
        out.writeFixed(user);
    }

    /// Reads back what [#encode] wrote; refuses anything else.
    ///
    /// @param what names the record in a refusal
    public static UserWrite decode(byte[] record, String what) {
        RecordReader in = new RecordReader(record, VERSION, what);
        int type = in.readByte();
        long user = in.readFixed();
        UserWrite write =
                switch (type) {
                    case CONNECT ->
                            new UserWrite.Connect(
                                    user,
                                    EdgeKind.of(in.readByte(), in),
                                    in.readFixed(),
                                    in.readSigned());
                    case DISCONNECT ->
                            new UserWrite.Disconnect(
                                    user, EdgeKind.of(in.readByte(), in), in.readFixed());
                    case COUNT -> new UserWrite.Count(user, in.readText(), in.readSigned());
                    case FORGET -> new UserWrite.Forget(user);
                    case PREFER -> new UserWrite.Prefer(user, readPreferences(in));
                    case JUDGE -> new UserWrite.Judge(user, readLabel(in));
                    case UNJUDGE -> new UserWrite.Unjudge(user, in.readText());
                    case HAPPENED -> new UserWrite.Happened(readEvent(user, in));
                    case ERASED -> new UserWrite.Erased();
                    case BLOCKED_BY ->
                            new UserWrite.BlockedBy(
                                    user, in.readFixed(), in.readCount(), in.readByte() == 1);
                    default -> throw in.corrupt("change type " + type);
                };
        in.finish();
        return write;
    }

    /// Whether a change of this type goes when its user is forgotten.
    static boolean isErasable(int type) {
        return type != FORGET && type != DISCONNECT && type != ERASED;
    }

    static UserChange decodeChange(long position, byte[] record) {
        return new UserChange(position, decode(record, "user change " + position));
    }

    private static void write(UserEvent event, RecordWriter out) {
        out.writeText(event.id());
        out.writeFixed(event.item());
        out.writeText(event.kind());
        out.writeSigned(event.atMillis());
        out.writeByte(event.requestId().isPresent() ? 1 : 0);
        event.requestId().ifPresent(out::writeText);
        out.writeText(event.surface());
        out.writeSigned(Float.floatToRawIntBits(event.value()));
    }

    private static UserEvent readEvent(long user, RecordReader in) {
        return new UserEvent(
                in.readText(),
                user,
                in.readFixed(),
                in.readText(),
                in.readSigned(),
                in.readByte() == 1 ? Optional.of(in.readText()) : Optional.empty(),
                in.readText(),
                Float.intBitsToFloat((int) in.readSigned()));
    }

    private static void write(AccountLabel label, RecordWriter out) {
        out.writeText(label.name());
        out.writeText(label.value());
        out.writeText(label.source());
        out.writeSigned(label.version());
        out.writeSigned(label.expiresMillis());
    }

    private static AccountLabel readLabel(RecordReader in) {
        return new AccountLabel(
                in.readText(), in.readText(), in.readText(), in.readSigned(), in.readSigned());
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    static byte[] encode(List<AccountLabel> labels) {
        RecordWriter out = new RecordWriter(VERSION);
        out.writeCount(labels.size());
        labels.forEach(label -> write(label, out));
        return out.finish();
    }

    static List<AccountLabel> decodeLabels(byte[] record) {
        RecordReader in = new RecordReader(record, VERSION, "labels of an account");
        List<AccountLabel> labels = new ArrayList<>();
        for (int left = in.readLength(5); left > 0; left--) {
            labels.add(readLabel(in));
        }
        in.finish();
        return labels;
    }

    private static void write(Preferences preferences, RecordWriter out) {
        writeTexts(preferences.topics(), out);
        writeTexts(preferences.languages(), out);
        out.writeCount(preferences.chosenItems().size());
        preferences.chosenItems().forEach(out::writeFixed);
        writeEntries(preferences.labelSettings(), out);
        writeEntries(preferences.attributes(), out);
    }

    private static Preferences readPreferences(RecordReader in) {
        List<String> topics = readTexts(in);
        List<String> languages = readTexts(in);
        List<Long> items = new ArrayList<>();
        for (int left = in.readLength(Long.BYTES); left > 0; left--) {
            items.add(in.readFixed());
        }
        return new Preferences(topics, languages, items, readEntries(in), readEntries(in));
    }

    private static void writeTexts(List<String> texts, RecordWriter out) {
        out.writeCount(texts.size());
        texts.forEach(out::writeText);
    }

    private static List<String> readTexts(RecordReader in) {
        List<String> texts = new ArrayList<>();
        for (int left = in.readLength(1); left > 0; left--) {
            texts.add(in.readText());
        }
        return texts;
    }

    private static void writeEntries(Map<String, String> entries, RecordWriter out) {
        out.writeCount(entries.size());
        entries.entrySet().stream()
                .sorted(Map.Entry.comparingByKey(Comparator.naturalOrder()))
                .forEach(
                        entry -> {
                            out.writeText(entry.getKey());
                            out.writeText(entry.getValue());
                        });
    }

    private static Map<String, String> readEntries(RecordReader in) {
        Map<String, String> entries = new TreeMap<>();
        for (int left = in.readLength(2); left > 0; left--) {
            entries.put(in.readText(), in.readText());
        }
        return entries;
    }
}
