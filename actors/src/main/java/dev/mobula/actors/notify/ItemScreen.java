package dev.mobula.actors.notify;

import dev.mobula.ranking.notify.decision.Reason;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/// Says which items no message may be about, and to whom.
@FunctionalInterface
public interface ItemScreen {
    /// Knows of no item, so that none is confirmed.
    ItemScreen CLOSED =
            items ->
                    (user, about) ->
                            about.stream()
                                    .distinct()
                                    .collect(
                                            Collectors.toMap(
                                                    Function.identity(),
                                                    item -> Reason.UNCONFIRMED));

    /// Asks the owners of the items, once for all people who may get messages about them.
    Looked look(Collection<Long> items);

    /// What the owners of some items say.
    @FunctionalInterface
    interface Looked {
        /// Why a person gets no message about an item, by item; one they may get a message about is absent.
        Map<Long, Reason> barred(long user, List<Long> about);
    }
}
