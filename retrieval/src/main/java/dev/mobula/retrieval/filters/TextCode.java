package dev.mobula.retrieval.filters;

import static dev.mobula.retrieval.RetrievalException.invalid;

import java.nio.charset.StandardCharsets;

/// Short texts as the numbers that stand for them in an attribute column: `de`, `zh-Hant`, `feed`.
///
/// A code is the text's UTF-8 bytes read as one number, so it needs no dictionary, is the same in every file and shard,
/// and can be turned back. The empty text is 0, as is an attribute that is missing.
public final class TextCode {
    /// The longest text that has a code, in bytes of UTF-8.
    public static final int BYTES_MAX = Long.BYTES;

    private TextCode() {}

    /// The code of a text.
    ///
    /// @param field whose text it is, for the text of the refusal
    public static long of(String field, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (bytes.length > BYTES_MAX || text.indexOf('\0') >= 0) {
            throw invalid(
                    field, text, "must be at most " + BYTES_MAX + " bytes long, none of them zero");
        }
        long code = 0;
        for (byte one : bytes) {
            code = (code << Byte.SIZE) | (one & 0xFF);
        }
        return code;
    }

    /// The text that a code stands for.
    public static String text(long code) {
        byte[] bytes = new byte[BYTES_MAX];
        int from = BYTES_MAX;
        for (long rest = code; rest != 0; rest >>>= Byte.SIZE) {
            bytes[--from] = (byte) rest;
        }
        return new String(bytes, from, BYTES_MAX - from, StandardCharsets.UTF_8);
    }
}
