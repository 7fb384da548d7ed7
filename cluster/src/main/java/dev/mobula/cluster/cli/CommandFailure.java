package dev.mobula.cluster.cli;

/// An expected failure of a command; its text names the option, the value and the mend.
final class CommandFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    CommandFailure(String message) {
        super(message);
    }
}
