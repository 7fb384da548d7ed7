package dev.mobula.training.world;

/// What would come of one impression if it were viewed: probabilities, and the mean dwell of a click.
///
/// One object is filled again and again.
public final class Chances {
    double click;
    double dwellSeconds;
    double likeOfClick;
    double replyOfClick;
    double followOfClick;
    double hide;
    double report;

    public double click() {
        return click;
    }

    /// Mean seconds of dwell, given a click.
    public double dwellSeconds() {
        return dwellSeconds;
    }

    public double like() {
        return click * likeOfClick;
    }

    public double reply() {
        return click * replyOfClick;
    }

    public double follow() {
        return click * followOfClick;
    }

    public double hide() {
        return hide;
    }

    public double report() {
        return report;
    }

    /// The mean of [Impression#value] over all that could come.
    public double utility(Worth worth) {
        double ofClick =
                worth.click()
                        + worth.dwellMinute() * dwellSeconds / 60
                        + worth.like() * likeOfClick
                        + worth.reply() * replyOfClick
                        + worth.follow() * followOfClick;
        return click * ofClick + worth.hide() * hide + worth.report() * report;
    }
}
