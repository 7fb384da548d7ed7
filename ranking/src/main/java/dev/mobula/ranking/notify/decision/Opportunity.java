package dev.mobula.ranking.notify.decision;

import dev.mobula.ranking.RankingException;
import dev.mobula.ranking.RankingException.Code;
import dev.mobula.ranking.notify.Priority;
import java.util.Arrays;

/// One person at one moment, and the messages that could be sent: the input of a decision, filled anew for each.
///
/// Flat arrays that are reused. Channels are numbered as in [Rows]; slot `s` is the hour `s` hours from now.
public final class Opportunity {
    public static final int CANDIDATES_MAX = 500;
    public static final int SLOTS = 24;

    static final int NO_ROW = -1;

    final Rows rows;
    final int channels;
    int segment;
    int hourOfDay;
    int sendsLeft;
    int opportunitiesLeft;
    double lifetimeValue;
    double fatigue;
    int allowedSlots;
    final double[] slotValue = new double[SLOTS];
    final double[] disable;
    final double[] complaint;
    int candidates;
    final double[] lift;
    final int[] type = new int[CANDIDATES_MAX];
    final int[] campaign = new int[CANDIDATES_MAX];
    final int[] channelMask = new int[CANDIDATES_MAX];
    final int[] slotMask = new int[CANDIDATES_MAX];
    final boolean[] digestible = new boolean[CANDIDATES_MAX];
    final Priority[] priority = new Priority[CANDIDATES_MAX];

    public Opportunity(Rows rows) {
        this.rows = rows;
        this.channels = rows.channels();
        this.disable = new double[channels];
        this.complaint = new double[channels];
        this.lift = new double[CANDIDATES_MAX * channels];
        Arrays.fill(priority, Priority.NORMAL);
    }

    /// The person.
    ///
    /// @param newLifetimeValue what is lost when they turn messages off
    /// @param newFatigue messages of late
    /// @param newSendsLeft messages that today's budget still allows
    /// @param newOpportunitiesLeft opportunities that today still brings, this one among them
    public Opportunity person(
            int newSegment,
            double newLifetimeValue,
            double newFatigue,
            int newSendsLeft,
            int newOpportunitiesLeft) {
        segment = Math.clamp(newSegment, 0, rows.segments() - 1);
        lifetimeValue = finite("lifetimeValue", newLifetimeValue);
        fatigue = finite("fatigue", newFatigue);
        sendsLeft = newSendsLeft;
        opportunitiesLeft = newOpportunitiesLeft;
        candidates = 0;
        return this;
    }

    /// The hours ahead.
    ///
    /// @param newHourOfDay now, on the clock that the hourly budgets go by
    /// @param quietSlots a bit for each slot in which nothing may be sent
    /// @param rates the chance of an open at each hour of the week
    /// @param hourOfWeek now, on the person's clock
    /// @param lossPerHour the part of a message's value that is gone after each hour
    public Opportunity hours(
            int newHourOfDay, int quietSlots, double[] rates, int hourOfWeek, double lossPerHour) {
        hourOfDay = Math.floorMod(newHourOfDay, Rows.HOURS);
        allowedSlots = ~quietSlots & ((1 << SLOTS) - 1);
        double now = Math.max(1e-9, rates[Math.floorMod(hourOfWeek, SendTimeProfile.HOURS)]);
        double left = 1;
        for (int slot = 0; slot < SLOTS; slot++) {
            int hour = Math.floorMod(hourOfWeek + slot, SendTimeProfile.HOURS);
            slotValue[slot] = rates[hour] / now * left;
            left *= 1 - lossPerHour;
        }
        return this;
    }

    /// A channel: the chance that one message there makes the person turn it off, and that they complain.
    public Opportunity channel(
            int channel, double disableProbability, double complaintProbability) {
        disable[channel] = finite("disable", disableProbability);
        complaint[channel] = finite("complaint", complaintProbability);
        return this;
    }

    /// Adds a message.
    ///
    /// @param newCampaign its campaign, or a negative number
    /// @param allowedChannels a bit for each channel it may take
    /// @param hoursToLive slots before it expires
    /// @param lifts what it adds on each channel if it is sent now
    public Opportunity candidate(
            int newType,
            int newCampaign,
            Priority newPriority,
            int allowedChannels,
            int hoursToLive,
            boolean mayDigest,
            double[] lifts) {
        if (candidates >= CANDIDATES_MAX) {
            throw new RankingException(
                    Code.INVALID_REQUEST, "candidates: at most " + CANDIDATES_MAX);
        }
        int at = candidates++;
        type[at] = rows.type(newType);
        campaign[at] = newCampaign < 0 ? NO_ROW : rows.campaign(newCampaign);
        priority[at] = newPriority;
        channelMask[at] = allowedChannels & ((1 << channels) - 1);
        slotMask[at] = (1 << Math.clamp(hoursToLive, 0, SLOTS)) - 1;
        digestible[at] = mayDigest;
        for (int channel = 0; channel < channels; channel++) {
            lift[at * channels + channel] = finite("lift", lifts[channel]);
        }
        return this;
    }

    public int candidates() {
        return candidates;
    }

    public int segment() {
        return segment;
    }

    /// The hour of the day, on the clock that the hourly budgets go by, that a slot is in.
    public int hourOfSlot(int slot) {
        return (hourOfDay + slot) % Rows.HOURS;
    }

    /// Whether a candidate may go on a channel in a slot.
    public boolean allows(int candidate, int channel, int slot) {
        return (channelMask[candidate] >>> channel & 1) != 0
                && (slotMask[candidate] & allowedSlots & 1 << slot) != 0;
    }

    /// What an option adds less what it risks, before any price.
    public double worth(int candidate, int channel, int slot) {
        return lift[candidate * channels + channel] * slotValue[slot]
                - Decider.disableCost(this, channel);
    }

    /// What a message on a channel uses of the rate of complaints; negative when it makes room.
    public double complaintUse(int channel) {
        return complaint[channel] - Rows.COMPLAINT_TARGET;
    }

    private static double finite(String name, double value) {
        if (!Double.isFinite(value)) {
            throw new RankingException(Code.INVALID_REQUEST, name + "=" + value);
        }
        return value;
    }
}
