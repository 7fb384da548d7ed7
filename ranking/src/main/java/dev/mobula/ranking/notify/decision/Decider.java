package dev.mobula.ranking.notify.decision;

import dev.mobula.ranking.RankingException;
import dev.mobula.ranking.RankingException.Code;
import dev.mobula.ranking.notify.Priority;
import java.util.Arrays;

/// Chooses among candidates, channels and hours, or none. Owned by one thread; allocates nothing.
public final class Decider {
    /*
     * An option is a candidate on a channel at an hour. It is worth
     *   q = lift * openRate(hour) / openRate(now) * stillAlive(hour)
     *       - lifetimeValue * disable(channel, fatigue) - sum of prices of the rows it uses - mu(m, n),
     * and the best one is sent if it is worth more than nothing. What does not depend on the candidate
     * is summed once for each channel and hour, so an option costs a multiplication and a comparison.
     *
     * A critical message goes at once. One of high priority does not pay prices nor mu, and is
     * preferred to all that do. Prices steer; that no cap is passed is the ledger's work.
     *
     * Exploration turns a send into a hold, or a hold into the best send, with a small probability that
     * is logged; never a critical message, and nothing that has no open channel or hour.
     */
    private static final double FATIGUE_SLOPE = 0.25;
    private static final int SLOTS = Opportunity.SLOTS;

    private final Rows rows;
    private final double exploration;
    private final double[] cost;
    private final double[] shared;
    private final Reason[] reasons = new Reason[Opportunity.CANDIDATES_MAX];
    private double best;
    private int bestCandidate;
    private int bestChannel;
    private int bestSlot;

    /// @param exploration the probability of doing the opposite, 0 to 0.5
    public Decider(Rows rows, double exploration) {
        if (!(exploration >= 0 && exploration <= 0.5)) {
            throw new RankingException(
                    Code.INVALID_REQUEST, "exploration=" + exploration + ": must be 0 to 0.5");
        }
        this.rows = rows;
        this.exploration = exploration;
        this.cost = new double[rows.channels() * SLOTS];
        this.shared = new double[rows.channels()];
        Arrays.fill(reasons, Reason.OUTBID);
    }

    /// Decides.
    ///
    /// @param uniform a draw from [0, 1) for exploration
    public void decide(
            Opportunity at, Prices prices, OpportunityCost costs, double uniform, Choice choice) {
        decide(at, prices, costs, uniform, SendRule.WORTH, choice);
    }

    /// Decides, where a rule says whether the best option is sent. Nobody asks it about messages of high priority.
    public void decide(
            Opportunity at,
            Prices prices,
            OpportunityCost costs,
            double uniform,
            SendRule rule,
            Choice choice) {
        double mu = costs.cost(at.sendsLeft, at.opportunitiesLeft);
        addUp(at, prices, mu);
        clear(choice, prices);
        int critical = find(at, Priority.CRITICAL);
        if (critical >= 0) {
            chooseCritical(at, critical, choice);
            return;
        }
        best = Double.NEGATIVE_INFINITY;
        bestCandidate = -1;
        if (!search(at, prices, true) || best <= 0) {
            best = Double.NEGATIVE_INFINITY;
            bestCandidate = -1;
            search(at, prices, false);
        }
        choose(at, prices, mu, uniform, rule, choice);
    }

    /// The price that an option pays for each of its budgets together.
    public double price(Opportunity at, Prices prices, int candidate, int channel, int slot) {
        return at.priority[candidate] == Priority.NORMAL || at.priority[candidate] == Priority.LOW
                ? candidatePrice(at, prices, candidate) + channelPrice(at, prices, channel, slot)
                : 0;
    }

    /// Why a candidate of the last decision fared as it did.
    public Reason reason(int candidate) {
        return reasons[candidate];
    }

    private void addUp(Opportunity at, Prices prices, double mu) {
        for (int channel = 0; channel < at.channels; channel++) {
            shared[channel] = disableCost(at, channel);
            for (int slot = 0; slot < SLOTS; slot++) {
                cost[channel * SLOTS + slot] =
                        shared[channel] + channelPrice(at, prices, channel, slot) + mu;
            }
        }
    }

    static double disableCost(Opportunity at, int channel) {
        return at.lifetimeValue * at.disable[channel] * (1 + FATIGUE_SLOPE * at.fatigue);
    }

    private double channelPrice(Opportunity at, Prices prices, int channel, int slot) {
        int hour = at.hourOfDay + slot;
        return prices.at(rows.channel(channel))
                + prices.at(rows.segment(at.segment))
                + prices.at(rows.hour(channel, hour >= Rows.HOURS ? hour - Rows.HOURS : hour))
                + prices.at(rows.complaint()) * (at.complaint[channel] - Rows.COMPLAINT_TARGET);
    }

    private static double candidatePrice(Opportunity at, Prices prices, int candidate) {
        double price = prices.at(at.type[candidate]);
        int campaign = at.campaign[candidate];
        return campaign == Opportunity.NO_ROW ? price : price + prices.at(campaign);
    }

    private static int find(Opportunity at, Priority priority) {
        for (int i = 0; i < at.candidates; i++) {
            if (at.priority[i] == priority) {
                return i;
            }
        }
        return -1;
    }

    /// Looks through the candidates of high priority, or through all others; false when there is none.
    private boolean search(Opportunity at, Prices prices, boolean high) {
        boolean any = false;
        for (int i = 0; i < at.candidates; i++) {
            if ((at.priority[i] == Priority.HIGH) == high) {
                any = true;
                double before = best;
                double found = searchOne(at, high ? 0 : candidatePrice(at, prices, i), i, high);
                reasons[i] = reason(at, i, found);
                if (found > before) {
                    bestCandidate = i;
                }
            }
        }
        return any;
    }

    private double searchOne(Opportunity at, double price, int candidate, boolean high) {
        int slots = at.slotMask[candidate] & at.allowedSlots;
        double found = Double.NEGATIVE_INFINITY;
        for (int channel = 0; channel < at.channels; channel++) {
            if ((at.channelMask[candidate] >>> channel & 1) == 0) {
                continue;
            }
            double lift = at.lift[candidate * at.channels + channel];
            for (int slot = 0; slot < SLOTS; slot++) {
                double costs = high ? shared[channel] : cost[channel * SLOTS + slot] + price;
                double worth = lift * at.slotValue[slot] - costs;
                if (worth > found && (slots >>> slot & 1) != 0) {
                    found = worth;
                    if (worth > best) {
                        best = worth;
                        bestChannel = channel;
                        bestSlot = slot;
                    }
                }
            }
        }
        return found;
    }

    private static Reason reason(Opportunity at, int candidate, double found) {
        if (at.slotMask[candidate] == 0) {
            return Reason.EXPIRED;
        }
        if (at.channelMask[candidate] == 0) {
            return Reason.UNREACHABLE;
        }
        if ((at.slotMask[candidate] & at.allowedSlots) == 0) {
            return Reason.QUIET_HOURS;
        }
        return found > 0 ? Reason.OUTBID : Reason.BELOW_PRICE;
    }

    private void clear(Choice choice, Prices prices) {
        choice.action = Action.DROP;
        choice.candidate = -1;
        choice.channel = -1;
        choice.slot = -1;
        choice.value = 0;
        choice.disableCost = 0;
        choice.priceCost = 0;
        choice.opportunityCost = 0;
        choice.propensity = 1;
        choice.explored = false;
        choice.priceVersion = prices.version();
    }

    /// On the channel where it adds most, whatever it costs.
    private void chooseCritical(Opportunity at, int candidate, Choice choice) {
        Arrays.fill(reasons, 0, at.candidates, Reason.OUTBID);
        int channel = -1;
        for (int c = 0; c < at.channels; c++) {
            if ((at.channelMask[candidate] >>> c & 1) != 0
                    && (channel < 0
                            || at.lift[candidate * at.channels + c]
                                    > at.lift[candidate * at.channels + channel])) {
                channel = c;
            }
        }
        if (channel < 0 || at.slotMask[candidate] == 0) {
            reasons[candidate] = channel < 0 ? Reason.UNREACHABLE : Reason.EXPIRED;
            return;
        }
        choice.action = Action.SEND_NOW;
        choice.candidate = candidate;
        choice.channel = channel;
        choice.slot = 0;
        choice.value = at.lift[candidate * at.channels + channel];
        choice.disableCost = disableCost(at, channel);
        reasons[candidate] = Reason.CHOSEN;
    }

    private void choose(
            Opportunity at,
            Prices prices,
            double mu,
            double uniform,
            SendRule rule,
            Choice choice) {
        if (bestCandidate < 0) {
            choice.action = anyAlive(at) ? Action.HOLD : Action.DROP;
            return;
        }
        boolean pays = at.priority[bestCandidate] != Priority.HIGH;
        describe(at, prices, mu, pays, choice);
        boolean worth = best > 0;
        boolean sends = pays ? rule.sends(choice, worth) : worth;
        double chance = pays ? rule.flips(sends, exploration) : exploration;
        boolean explores = uniform < chance;
        choice.propensity = explores ? chance : 1 - chance;
        choice.explored = explores;
        if (sends != explores) {
            choice.action = bestSlot == 0 ? Action.SEND_NOW : Action.SEND_AT;
            reasons[bestCandidate] = Reason.CHOSEN;
        } else if (explores) {
            choice.action = Action.HOLD;
            reasons[bestCandidate] = Reason.HOLDOUT;
        } else {
            choice.action = at.digestible[bestCandidate] ? Action.DIGEST : Action.HOLD;
            reasons[bestCandidate] = worth ? Reason.HELD : reasons[bestCandidate];
        }
    }

    private void describe(Opportunity at, Prices prices, double mu, boolean pays, Choice choice) {
        choice.candidate = bestCandidate;
        choice.channel = bestChannel;
        choice.slot = bestSlot;
        choice.value = at.lift[bestCandidate * at.channels + bestChannel] * at.slotValue[bestSlot];
        choice.disableCost = shared[bestChannel];
        choice.priceCost = price(at, prices, bestCandidate, bestChannel, bestSlot);
        choice.opportunityCost = pays ? mu : 0;
    }

    private static boolean anyAlive(Opportunity at) {
        for (int i = 0; i < at.candidates; i++) {
            if (at.slotMask[i] != 0 && at.channelMask[i] != 0) {
                return true;
            }
        }
        return false;
    }
}
