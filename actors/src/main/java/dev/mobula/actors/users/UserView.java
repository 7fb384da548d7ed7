package dev.mobula.actors.users;

import dev.mobula.retrieval.store.AccountLabel;
import dev.mobula.retrieval.store.PastEvent;
import dev.mobula.retrieval.store.Preferences;
import java.util.List;
import java.util.Map;

/// What is known of a user: enough to find and to rank for. The arrays are ascending and belong to the view.
///
/// @param known whether anything is kept of the user
/// @param events that say something about the user's liking, newest first
/// @param labels of the account that hold now
/// @param counters by name, `event.KIND` for events among them
/// @param position of the owner's stream, before the rest was read
/// @param edgesCut whether one of the lists of edges was longer; [UserShards#check] knows all of them
@SuppressWarnings("ArrayRecordComponent")
public record UserView(
        long user,
        boolean known,
        List<PastEvent> events,
        long[] follows,
        long[] blocked,
        long[] muted,
        long[] hidden,
        Preferences preferences,
        List<AccountLabel> labels,
        Map<String, Long> counters,
        long position,
        boolean edgesCut) {
    public UserView {
        events = List.copyOf(events);
        labels = List.copyOf(labels);
        counters = Map.copyOf(counters);
    }
}
