package dev.mobula.actors.codec;

import dev.mobula.actors.runtime.CallException;
import dev.mobula.actors.runtime.Failure;

/// Bytes that are not the message they should be; the sender's fault, never retried.
public final class MalformedMessageException extends CallException {
    private static final long serialVersionUID = 1L;

    /// Names what was expected and what was found.
    public MalformedMessageException(String message) {
        super(Failure.REFUSED, message);
    }
}
