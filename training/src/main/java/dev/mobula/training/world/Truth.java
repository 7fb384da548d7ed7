package dev.mobula.training.world;

/// What only the world knows, as of the request that a simulation stands at.
public interface Truth {
    /// The expected value of the item for this user at this moment, if it were viewed.
    double utility(int item);

    /// What would come of the item, written into `into`.
    void chances(int item, Chances into);

    /// How likely the user looks as far as this place of a page.
    double viewed(int position);

    /// The expected value of a whole page: each item's utility times the chance that its place is viewed.
    double utility(Page page);

    /// Whether the item is spam.
    boolean isSpam(int item);
}
