package dev.mobula.actors.nodes;

/// A Ray node that could not be found, started or stopped; the text says what to do about it.
public final class NodeException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    NodeException(String message) {
        super(message);
    }

    NodeException(String message, Throwable cause) {
        super(message, cause);
    }
}
