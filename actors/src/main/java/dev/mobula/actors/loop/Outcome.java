package dev.mobula.actors.loop;

/// What came of the items that one version showed: per item shown, with standard errors over users.
///
/// @param reward what people did, weighed, per item shown
/// @param complaints what they complained of, per item shown
public record Outcome(
        long users,
        long impressions,
        double reward,
        double rewardError,
        double complaints,
        double complaintsError) {
    /// Nothing was shown.
    public static final Outcome NONE = new Outcome(0, 0, 0, 0, 0, 0);
}
