package dev.mobula.ranking.notify.ledger;

import dev.mobula.ranking.notify.Channel;
import dev.mobula.ranking.notify.Denial;
import java.util.Map;

/// What a tenant's messages on a channel came to within an hour. A statistic: caps do not depend on it.
///
/// @param hourMillis when the hour began, UTC
/// @param granted units reserved
/// @param released units given back before they were begun, those that ran out among them
/// @param begun units whose sending began: what counts as spent
/// @param returned units of these that the provider provably did not send
/// @param denied how often each reason was given
public record Spent(
        String tenant,
        Channel channel,
        long hourMillis,
        long granted,
        long released,
        long begun,
        long returned,
        Map<Denial, Long> denied) {
    public Spent {
        denied = Map.copyOf(denied);
    }
}
