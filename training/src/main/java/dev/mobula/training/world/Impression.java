package dev.mobula.training.world;

/// One item that a user viewed, and what the user did with it.
///
/// @param request the number of the request whose page it was on
/// @param position its place on the page, from 0
/// @param propensity the probability with which the policy gave it that place
/// @param dwellSeconds 0 unless clicked
public record Impression(
        long request,
        int user,
        int item,
        long seconds,
        int position,
        double propensity,
        boolean click,
        float dwellSeconds,
        boolean like,
        boolean reply,
        boolean follow,
        boolean hide,
        boolean report) {

    /// What it was worth.
    public double value(Worth worth) {
        double value = click ? worth.click() + worth.dwellMinute() * dwellSeconds / 60 : 0;
        value += like ? worth.like() : 0;
        value += reply ? worth.reply() : 0;
        value += follow ? worth.follow() : 0;
        value += hide ? worth.hide() : 0;
        return report ? value + worth.report() : value;
    }

    /// How many things the user did with it.
    int actions() {
        return count(click)
                + count(like)
                + count(reply)
                + count(follow)
                + count(hide)
                + count(report);
    }

    private static int count(boolean done) {
        return done ? 1 : 0;
    }
}
