package dev.mobula.cluster.gateway;

import java.nio.charset.StandardCharsets;

/// What a handler answers: a status, a form, and a body that is turned into bytes by its form.
public sealed interface Answer {
    /// An object that becomes JSON.
    record Json(int status, Object body) implements Answer {}

    /// Bytes of a form of their own.
    @SuppressWarnings("ArrayRecordComponent")
    record Bytes(int status, String contentType, byte[] body) implements Answer {}

    /// Done; there is nothing to say.
    record Empty() implements Answer {}

    static Answer ok(Object body) {
        return new Json(200, body);
    }

    static Answer text(String contentType, String text) {
        return new Bytes(200, contentType, text.getBytes(StandardCharsets.UTF_8));
    }

    static Answer done() {
        return new Empty();
    }
}
