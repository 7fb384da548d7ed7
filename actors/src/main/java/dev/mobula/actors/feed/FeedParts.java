package dev.mobula.actors.feed;

import dev.mobula.actors.candidates.CandidateFinder;
import dev.mobula.actors.items.ItemShards;
import dev.mobula.actors.ranker.Rankers;
import dev.mobula.actors.runtime.Cluster;
import java.util.Optional;

/// What a feed is made of: the services it asks, and where it logs.
///
/// @param candidates all sources; without it the item shards' nearest are the only one
/// @param tastes vectors of users' tastes that come from elsewhere, such as a user tower
/// @param features what else the ranking models are told of a user
public record FeedParts(
        Cluster cluster,
        ItemShards items,
        Optional<CandidateFinder> candidates,
        Rankers rankers,
        People people,
        UserTastes tastes,
        UserFeatures features,
        Impressions impressions) {
    /// Items and rankers alone: nobody is known, nothing is logged.
    public static FeedParts of(Cluster cluster, ItemShards items, Rankers rankers) {
        return new FeedParts(
                cluster,
                items,
                Optional.empty(),
                rankers,
                People.NOBODY,
                user -> Optional.empty(),
                UserFeatures.NONE,
                Impressions.NONE);
    }

    /// All sources and the users' state, nothing logged.
    public static FeedParts of(
            Cluster cluster,
            ItemShards items,
            CandidateFinder candidates,
            Rankers rankers,
            People people) {
        return of(cluster, items, rankers).withCandidates(candidates).withPeople(people);
    }

    public FeedParts withCandidates(CandidateFinder finder) {
        return new FeedParts(
                cluster,
                items,
                Optional.of(finder),
                rankers,
                people,
                tastes,
                features,
                impressions);
    }

    public FeedParts withPeople(People state) {
        return new FeedParts(
                cluster, items, candidates, rankers, state, tastes, features, impressions);
    }

    public FeedParts withTastes(UserTastes vectors) {
        return new FeedParts(
                cluster, items, candidates, rankers, people, vectors, features, impressions);
    }

    public FeedParts withFeatures(UserFeatures more) {
        return new FeedParts(
                cluster, items, candidates, rankers, people, tastes, more, impressions);
    }

    public FeedParts withImpressions(Impressions log) {
        return new FeedParts(cluster, items, candidates, rankers, people, tastes, features, log);
    }
}
