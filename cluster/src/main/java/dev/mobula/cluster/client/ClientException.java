package dev.mobula.cluster.client;

import java.util.Optional;

/// A call that failed: with the engine's problem, or without one when it gave no answer.
public final class ClientException extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private static final int TOO_MANY = 429;
    private static final int UNAVAILABLE = 503;
    private static final int TIMEOUT = 504;

    private final transient Optional<EngineProblem> problem;

    ClientException(String call, EngineProblem problem) {
        super(call + ": " + problem.status() + " " + problem.title() + ": " + problem.detail());
        this.problem = Optional.of(problem);
    }

    ClientException(String call, Exception unanswered) {
        super(call + ": no answer: " + unanswered, unanswered);
        problem = Optional.empty();
    }

    /// What the engine says is wrong; empty when it gave no answer.
    public Optional<EngineProblem> problem() {
        return problem;
    }

    /// The HTTP status, 0 when there was no answer.
    public int status() {
        return problem.map(EngineProblem::status).orElse(0);
    }

    /// Whether the same call may succeed later without anyone changing it.
    public boolean retryable() {
        return switch (status()) {
            case 0, TOO_MANY, UNAVAILABLE, TIMEOUT -> true;
            default -> false;
        };
    }
}
