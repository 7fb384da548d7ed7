package dev.mobula.actors.notify;

import dev.mobula.ranking.notify.Channel;
import dev.mobula.ranking.notify.decision.Action;
import dev.mobula.ranking.notify.ledger.Reply;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What was decided, what it came from, and what was reserved for it.
///
/// @param notification the message; empty for none
/// @param atMillis when it is to be sent, or when to ask again; 0 when there is no such time
/// @param digest the digest to put it into; empty unless that was chosen
/// @param reservation what was taken from the budgets
/// @param denied why the ledger did not let it go, where it did not
/// @param propensity the probability of this choice rather than its opposite
/// @param reasons one for each candidate, in their order
/// @param template how the message is worded; empty when there was no choice
/// @param templatePropensity the probability of this template among those it had
/// @param pricesStale nobody has confirmed the prices of late
public record Decision(
        String id,
        Action action,
        String notification,
        Optional<Channel> channel,
        long atMillis,
        String digest,
        Optional<Reply.Granted> reservation,
        Optional<Reply.Denied> denied,
        Worth worth,
        double propensity,
        boolean explored,
        List<String> reasons,
        long priceVersion,
        long policyVersion,
        String template,
        double templatePropensity,
        boolean pricesStale) {
    /// `net = value - disable - price - opportunity`.
    ///
    /// @param prices the parts of `price` by the budget that each is a price of, named as in a plan
    public record Worth(
            double net,
            double value,
            double disable,
            double price,
            double opportunity,
            Map<String, Double> prices) {
        public Worth {
            prices = Map.copyOf(prices);
        }
    }

    public Decision {
        reasons = List.copyOf(reasons);
        if (!(propensity > 0 && propensity <= 1)) {
            throw new IllegalArgumentException("propensity=" + propensity + ": must be in (0, 1]");
        }
        if (!(templatePropensity > 0 && templatePropensity <= 1)) {
            throw new IllegalArgumentException(
                    "templatePropensity=" + templatePropensity + ": must be in (0, 1]");
        }
    }

    /// Whether a message goes, now or later.
    boolean sends() {
        return action == Action.SEND_NOW || action == Action.SEND_AT;
    }
}
