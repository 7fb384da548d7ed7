package dev.mobula.training.world;

/*
 * Visits come at the rate visitsPerDay(u) * (.5 + s(2.5 S)) * profile(local hour of the week), S in -1..1 how content the
 * user is: an inhomogeneous Poisson process, drawn by thinning. The profile has a bump in the morning, one at noon and
 * the highest in the evening; at weekends the morning is later. A third of the users live an hour and a half earlier
 * and a third as much later.
 *
 * After a visit the user leaves for good with probability .02 (1 - s(3 S)): .01 for the indifferent.
 *
 * After a page worth v the user asks for another with probability .3 + .5 s(v - .5) - .01 n, n items viewed in this visit.
 */
/// When users come, when they stay for another page, and when they never return.
final class Habits {
    private static final int SLOTS_PER_DAY = 48;
    private static final int SLOT_SECONDS = 1_800;
    private static final int WEEK_SLOTS = 7 * SLOTS_PER_DAY;
    private static final int SATURDAY = 5;
    private static final double DAY_SECONDS = 86_400;
    private static final double LEAVE_MAX = .02;
    private static final int TRIES_MAX = 1_000;

    private final People people;
    private final double[] profile;
    private final double peak;

    Habits(People people) {
        this.people = people;
        profile = new double[WEEK_SLOTS];
        double sum = 0;
        double most = 0;
        for (int slot = 0; slot < WEEK_SLOTS; slot++) {
            boolean weekend = slot / SLOTS_PER_DAY >= SATURDAY;
            double hour = (slot % SLOTS_PER_DAY + .5) * 24 / SLOTS_PER_DAY;
            profile[slot] =
                    .08
                            + .45 * bump(hour, weekend ? 10 : 8, 1.3)
                            + .45 * bump(hour, 12.5, 1.2)
                            + bump(hour, 20.5, 2.2);
            sum += profile[slot];
        }
        for (int slot = 0; slot < WEEK_SLOTS; slot++) {
            profile[slot] *= WEEK_SLOTS / sum;
            most = Math.max(most, profile[slot]);
        }
        peak = most;
    }

    private static double bump(double hour, double at, double width) {
        double away = Math.min(Math.abs(hour - at), 24 - Math.abs(hour - at)) / width;
        return StrictMath.exp(-away * away / 2);
    }

    /// When the user comes next, in seconds of the world; beyond the end when not in time.
    int nextVisit(int user, int fromSeconds, double contentment, int endSeconds, Noise noise) {
        double perSecond =
                people.visitsPerDay[user] / DAY_SECONDS * (.5 + Curves.logistic(2.5 * contentment));
        double at = fromSeconds;
        for (int i = 0; i < TRIES_MAX; i++) {
            at += noise.exponential() / (perSecond * peak);
            if (at >= endSeconds) {
                return endSeconds;
            }
            if (noise.uniform() * peak < profile[slot(user, (int) at)]) {
                return Math.max(fromSeconds + 1, (int) at);
            }
        }
        return endSeconds;
    }

    private int slot(int user, int atSeconds) {
        long seconds = World.START_SECONDS + atSeconds;
        long local = (long) atSeconds + people.placeOf(user).offsetSeconds(seconds);
        long shifted = local - (long) (people.shiftHours[user] * 3_600);
        return (int) Math.floorMod(Math.floorDiv(shifted, SLOT_SECONDS), (long) WEEK_SLOTS);
    }

    boolean asksForMore(double pageValue, int viewed, Noise noise) {
        double chance = .3 + .5 * Curves.logistic(pageValue - .5) - .01 * viewed;
        return noise.chance(Math.max(.02, chance));
    }

    /// How good a visit felt, in -1..1.
    static double delight(double visitValue) {
        return 2 * Curves.logistic(visitValue - 1) - 1;
    }

    boolean leaves(double contentment, Noise noise) {
        return noise.chance(LEAVE_MAX * (1 - Curves.logistic(3 * contentment)));
    }
}
