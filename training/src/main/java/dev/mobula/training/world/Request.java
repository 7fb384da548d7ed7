package dev.mobula.training.world;

/// One request for a page, as a policy sees it. The same object serves all requests of a simulation.
public interface Request {
    int user();

    /// When it comes, in seconds since 1970.
    long seconds();

    /// The number of this request among all of the simulation.
    long number();

    /// The most items of the page.
    int limit();

    /// Items on offer are numbered from here...
    int firstItem();

    /// ...and below this.
    int endItem();

    /// Whether the user has viewed the item lately: of each user the last [#SEEN_MAX] are remembered.
    boolean isSeen(int item);

    /// How many viewed items are remembered of one user.
    int SEEN_MAX = 512;
}
