package dev.mobula.training.world;

import dev.mobula.training.TrainingException;

/// How large a world is and how it is made. Equal specs make equal worlds, bit for bit.
///
/// @param users everybody who will ever exist, those who join later included
/// @param items how many items are on offer at any time; each stays for `shelfDays` and is replaced by a new one
/// @param days how long the world goes on
/// @param communities groups that share topics, a language and places on earth
/// @param shelfDays after so many days an item is no longer on offer
/// @param pageItems the most items of one page
/// @param spamShare how much of what is posted is spam
/// @param joinShare how many of the users join after the first day
public record WorldSpec(
        long seed,
        int users,
        int items,
        int days,
        int communities,
        int shelfDays,
        int pageItems,
        double spamShare,
        double joinShare) {
    private static final int USERS_MAX = 1_000_000;
    private static final int ITEMS_MAX = 1_000_000;
    private static final int ITEMS_EVER_MAX = 20_000_000;
    private static final int DAYS_MAX = 366;
    private static final int COMMUNITIES_MAX = 256;
    private static final int SHELF_DAYS_MAX = 90;
    private static final int PAGE_ITEMS_MAX = 100;

    public WorldSpec {
        require("users", users, 10, USERS_MAX);
        require("items", items, 10, ITEMS_MAX);
        require("days", days, 1, DAYS_MAX);
        require("communities", communities, 1, COMMUNITIES_MAX);
        require("shelfDays", shelfDays, 1, SHELF_DAYS_MAX);
        require("pageItems", pageItems, 1, PAGE_ITEMS_MAX);
        requireShare("spamShare", spamShare);
        requireShare("joinShare", joinShare);
        long ever = items + (long) items * days / shelfDays;
        if (ever > ITEMS_EVER_MAX) {
            throw TrainingException.invalid(
                    "items",
                    items,
                    "makes " + ever + " over " + days + " days, at most " + ITEMS_EVER_MAX);
        }
    }

    /// A world of this size with everything else as usual: 12 communities, 7 days on the shelf, pages of 10.
    public static WorldSpec of(long seed, int users, int items, int days) {
        return new WorldSpec(seed, users, items, days, 12, 7, 10, .06, .15);
    }

    public WorldSpec withSeed(long newSeed) {
        return new WorldSpec(
                newSeed,
                users,
                items,
                days,
                communities,
                shelfDays,
                pageItems,
                spamShare,
                joinShare);
    }

    public WorldSpec withSpamShare(double share) {
        return new WorldSpec(
                seed, users, items, days, communities, shelfDays, pageItems, share, joinShare);
    }

    /// How many items there will ever have been.
    public int itemsEver() {
        return (int) (items + (long) items * days / shelfDays);
    }

    private static void require(String field, int value, int least, int most) {
        if (value < least || value > most) {
            throw TrainingException.invalid(field, value, "must be in " + least + ".." + most);
        }
    }

    private static void requireShare(String field, double value) {
        if (!(value >= 0 && value <= .5)) {
            throw TrainingException.invalid(field, value, "must be in 0..0.5");
        }
    }
}
