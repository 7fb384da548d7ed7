package dev.mobula.actors.transport;

import dev.mobula.actors.runtime.Failure;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/// The layout of the frames: a kind, an id that joins answer and request, and a body.
final class Frames {
    /*
     * request   int length | byte kind | long id | int op | int budget in microseconds | body
     * answer    int length | byte kind | long id | byte outcome (0 or a failure's code) | body
     * little-endian; the length counts what follows it.
     */
    static final byte CALL = 1;
    static final byte SHIPMENT = 2;
    static final byte ANSWER = 3;

    static final int REQUEST_HEAD_BYTES = 1 + Long.BYTES + Integer.BYTES + Integer.BYTES;
    private static final int ANSWER_HEAD_BYTES = 1 + Long.BYTES + 1;
    static final byte SUCCESS = 0;
    private static final int FAILURE_CHARS_MAX = 16 << 10;

    private Frames() {}

    static ByteBuffer request(byte kind, long id, int op, long budgetNanos, ByteBuffer body) {
        long budgetMicros = Math.clamp(budgetNanos / 1_000, 1, Integer.MAX_VALUE);
        return allocate(REQUEST_HEAD_BYTES + body.remaining())
                .put(kind)
                .putLong(id)
                .putInt(op)
                .putInt((int) budgetMicros)
                .put(body.duplicate())
                .flip();
    }

    static ByteBuffer answer(long id, byte[] body) {
        return answer(id, SUCCESS, body);
    }

    static ByteBuffer failure(long id, Failure failure, String message) {
        String text = message.substring(0, Math.min(message.length(), FAILURE_CHARS_MAX));
        return answer(id, (byte) failure.wireCode(), text.getBytes(StandardCharsets.UTF_8));
    }

    private static ByteBuffer answer(long id, byte outcome, byte[] body) {
        return allocate(ANSWER_HEAD_BYTES + body.length)
                .put(ANSWER)
                .putLong(id)
                .put(outcome)
                .put(body)
                .flip();
    }

    private static ByteBuffer allocate(int length) {
        return ByteBuffer.allocate(Integer.BYTES + length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(length);
    }

    static byte[] rest(ByteBuffer frame) {
        byte[] body = new byte[frame.remaining()];
        frame.get(body);
        return body;
    }
}
