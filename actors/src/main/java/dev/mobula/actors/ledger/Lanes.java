package dev.mobula.actors.ledger;

import dev.mobula.actors.runtime.CallException;
import dev.mobula.actors.runtime.Failure;
import dev.mobula.ranking.notify.ledger.Outcome;
import dev.mobula.ranking.notify.ledger.UserKey;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/// A lane for each person: a few requests of theirs are at the ledger, some wait here, and more are overloaded.
///
/// A sync is shared by all that came during the one before, so what one person has at the ledger is what the others wait
/// for; what waits here holds up nobody else.
final class Lanes {
    private static final int AT_LEDGER_MAX = 4;
    private static final int UNDER_WAY_MAX = 64;

    private final Map<UserKey, Lane> lanes = new ConcurrentHashMap<>();

    private static final class Lane {
        private int atLedger;
        private final Deque<Runnable> waiting = new ArrayDeque<>();
    }

    /// What to do with a request.
    private enum Place {
        LEDGER,
        HERE,
        NOWHERE
    }

    /// Sends a request when its turn comes.
    CompletableFuture<Outcome> run(UserKey owner, Supplier<CompletableFuture<Outcome>> request) {
        CompletableFuture<Outcome> answer = new CompletableFuture<>();
        Runnable send = () -> send(owner, request, answer);
        Place[] place = {Place.NOWHERE};
        lanes.compute(
                owner,
                (same, known) -> {
                    Lane lane = known == null ? new Lane() : known;
                    if (lane.atLedger < AT_LEDGER_MAX) {
                        lane.atLedger++;
                        place[0] = Place.LEDGER;
                    } else if (lane.atLedger + lane.waiting.size() < UNDER_WAY_MAX) {
                        lane.waiting.add(send);
                        place[0] = Place.HERE;
                    }
                    return lane;
                });
        switch (place[0]) {
            case LEDGER -> send.run();
            case HERE -> {}
            case NOWHERE ->
                    answer.completeExceptionally(
                            new CallException(
                                    Failure.OVERLOADED,
                                    "user=%d: more than %d requests are under way"
                                            .formatted(owner.user(), UNDER_WAY_MAX)));
        }
        return answer;
    }

    private void send(
            UserKey owner,
            Supplier<CompletableFuture<Outcome>> request,
            CompletableFuture<Outcome> answer) {
        CompletableFuture<Outcome> asked;
        try {
            asked = request.get();
        } catch (RuntimeException notSent) {
            asked = CompletableFuture.failedFuture(notSent);
        }
        var _ =
                asked.whenComplete(
                        (outcome, failed) -> {
                            leave(owner);
                            if (failed == null) {
                                answer.complete(outcome);
                            } else {
                                answer.completeExceptionally(failed);
                            }
                        });
    }

    /// The next one's turn.
    private void leave(UserKey owner) {
        Runnable[] next = new Runnable[1];
        lanes.computeIfPresent(
                owner,
                (same, lane) -> {
                    next[0] = lane.waiting.poll();
                    lane.atLedger -= next[0] == null ? 1 : 0;
                    return lane.atLedger == 0 ? null : lane;
                });
        if (next[0] != null) {
            next[0].run();
        }
    }
}
