package dev.mobula.retrieval.store;

import static dev.mobula.retrieval.RetrievalException.invalid;

/// Turns edges and user changes into stored records and back, and holds writes to the store's limits.
final class UserCodec {
    private static final int VERSION = 1;
    private static final int CONNECT = 1;
    private static final int DISCONNECT = 2;
    private static final int COUNT = 3;
    private static final int FORGET = 4;

    private final StoreLimits limits;

    UserCodec(StoreLimits limits) {
        this.limits = limits;
    }

    void check(UserWrite write) {
        switch (write) {
            case UserWrite.Connect(long user, EdgeKind kind, long target, long since) -> {
                if (user == target && !kind.endsAtItem()) {
                    throw invalid("target", target, kind + " must not end at the user itself");
                }
            }
            case UserWrite.Count(long user, String counter, long delta) -> {
                if (counter.isEmpty()) {
                    throw invalid("counter", "\"\"", "must not be empty");
                }
                ItemCodec.text("counter", counter, limits.nameBytesMax());
            }
            case UserWrite.Disconnect disconnect -> {}
            case UserWrite.Forget forget -> {}
        }
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

    static byte[] encodeChange(UserWrite write) {
        RecordWriter out = new RecordWriter(VERSION);
        switch (write) {
            case UserWrite.Connect(long user, EdgeKind kind, long target, long since) -> {
                out.writeByte(CONNECT);
                out.writeFixed(user);
                out.writeByte(kind.code());
                out.writeFixed(target);
                out.writeSigned(since);
            }
            case UserWrite.Disconnect(long user, EdgeKind kind, long target) -> {
                out.writeByte(DISCONNECT);
                out.writeFixed(user);
                out.writeByte(kind.code());
                out.writeFixed(target);
            }
            case UserWrite.Count(long user, String counter, long delta) -> {
                out.writeByte(COUNT);
                out.writeFixed(user);
                out.writeText(counter);
                out.writeSigned(delta);
            }
            case UserWrite.Forget(long user) -> {
                out.writeByte(FORGET);
                out.writeFixed(user);
            }
        }
        return out.finish();
    }

    static UserChange decodeChange(long position, byte[] record) {
        RecordReader in = new RecordReader(record, VERSION, "user change " + position);
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
                    default -> throw in.corrupt("change type " + type);
                };
        in.finish();
        return new UserChange(position, write);
    }
}
