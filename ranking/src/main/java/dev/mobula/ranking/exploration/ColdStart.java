package dev.mobula.ranking.exploration;

import dev.mobula.ranking.RankingException;
import dev.mobula.ranking.RankingException.Code;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/// What the new get: every new item so many impressions, every new user so many requests with more exploration, and
/// both together never more slots of a page than stated.
///
/// @param itemImpressions impressions after which an item is no longer new.
/// @param userRequests requests after which a user is no longer new.
/// @param slotsNewUser exploration slots on a new user's page.
/// @param slotsKnownUser exploration slots on any other page.
public record ColdStart(
        int itemImpressions, int userRequests, int slotsNewUser, int slotsKnownUser) {
    public ColdStart {
        if (itemImpressions < 0
                || userRequests < 0
                || slotsKnownUser < 0
                || slotsNewUser < slotsKnownUser) {
            throw new RankingException(
                    Code.INVALID_REQUEST,
                    "itemImpressions=%d userRequests=%d slotsNewUser=%d slotsKnownUser=%d"
                            .formatted(
                                    itemImpressions, userRequests, slotsNewUser, slotsKnownUser));
        }
    }

    /// A candidate for an exploration slot.
    public record NewItem(long id, long impressions) {}

    /// Exploration slots of a page for a user with so many requests behind them.
    public int slots(long requestsBefore) {
        return requestsBefore < userRequests ? slotsNewUser : slotsKnownUser;
    }

    /// The arms of a slot: at most 32 items that still have budget, those with the most of it first.
    public long[] arms(List<NewItem> items) {
        return items.stream()
                .filter(item -> item.impressions() < itemImpressions)
                .sorted(
                        Comparator.comparingLong(NewItem::impressions)
                                .thenComparingLong(NewItem::id))
                .limit(ArmDistribution.ARMS_MAX)
                .mapToLong(NewItem::id)
                .toArray();
    }

    /// What all this costs at most: impressions that `newItems` can take in all.
    public long impressionBudget(long newItems) {
        return Math.multiplyExact(newItems, (long) itemImpressions);
    }

    /// Distributions for the slots of a page: disjoint arms, dealt in turn, so that no item can be drawn twice.
    public List<ArmDistribution> distributions(List<NewItem> items, long requestsBefore) {
        int slots = slots(requestsBefore);
        long[] arms = arms(items);
        return IntStream.range(0, Math.min(slots, arms.length))
                .mapToObj(
                        slot ->
                                ArmDistribution.uniform(
                                        IntStream.iterate(
                                                        slot, i -> i < arms.length, i -> i + slots)
                                                .mapToLong(i -> arms[i])
                                                .toArray()))
                .toList();
    }
}
