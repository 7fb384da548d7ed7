package dev.mobula.actors.codec;

/// The two directions of one message type on the wire.
///
/// A codec written with [MessageWriter] reads back with [MessageReader] to an equal value, and
/// refuses bytes that are short, long or malformed with a [MalformedMessageException].
public interface Codec<T> {
    /// Appends the value.
    void write(T value, MessageWriter out);

    /// Reads one value back.
    T read(MessageReader in);

    /// The whole value as one message.
    default byte[] encode(T value) {
        MessageWriter out = new MessageWriter();
        write(value, out);
        return out.toBytes();
    }

    /// The value of one whole message; trailing bytes, and fields that the value's type refuses, are
    /// malformed.
    default T decode(byte[] message) {
        MessageReader in = new MessageReader(message);
        try {
            T value = read(in);
            in.requireEnd();
            return value;
        } catch (IllegalArgumentException outOfRange) {
            throw new MalformedMessageException(String.valueOf(outOfRange.getMessage()));
        }
    }
}
