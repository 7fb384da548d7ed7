package dev.mobula.training.world;

/*
 * A user u looks at item i at time t. With the cosine a of taste and item, quality q and appeal c of the item, freshness
 * f = 2^(-age / half-life of the topic), fatigue F of u with the topic, n items viewed in this visit, and s(x) the
 * logistic curve:
 *
 *     click           p  = s(-3.1 + eager(u) + 3 a + .6 c - 1.6 (1 - f) + .8 [follows] - 3 [other language]
 *                            - 2.5 F / (4 + F) - 2.5 [seen] - .02 n)
 *     dwell of a click   = length(i) * (.2 + 1.6 s(1.5 a + .7 q - .6)) seconds on average, log-normal about that
 *     like of a click    = s(-2.4 + 1.5 a + .9 q)
 *     reply of a click   = s(-4.2 + 1.2 a + .5 q)
 *     follow of a click  = s(-4.6 + 2 a + .6 q), 0 when u follows the author
 *     hide               = s(-5 - 2 a - .5 q + 1.5 [spam] + .8 [seen])
 *     report             = s(-8.5 - .5 q + 3 [spam])
 *
 * Clicks follow appeal and all else follows quality, which correlate at one half: whoever maximises clicks serves
 * bait. Places enter by being viewed at all: the user looks at place k with probability patience(u)^k and then judges
 * the item alone (the position-based model [1]). So the best page of one request is known exactly: sort by utility.
 *
 * F grows by 1 with every item of the topic viewed and halves in 12 hours. It moves between pages, not within one.
 *
 * [1] Craswell, Zoeter, Taylor, Ramsey, An experimental comparison of click position-bias models, WSDM 2008.
 */
/// The ground truth: how a user answers to an item.
final class Responses {
    static final double DWELL_DEVIATION = .8;

    private final People people;
    private final Items items;

    Responses(World world) {
        people = world.people();
        items = world.hiddenItems();
    }

    void fill(int user, int item, int atSeconds, Minds minds, Follows follows, Chances into) {
        double affinity = Latent.cosine(people.taste, user, items.vector, item);
        double quality = items.quality[item];
        int topic = items.topic[item];
        double tired = minds.fatigue(user, topic);
        boolean follower = follows.contains(user, items.author[item]);
        double seen = minds.isSeen(user, item) ? 1 : 0;
        double spam = items.isSpam(item) ? 1 : 0;
        double logit = -3.1 + people.eagerness[user] + 3 * affinity + .6 * items.appeal[item];
        logit -= 1.6 * (1 - freshness(item, topic, atSeconds)) + 2.5 * tired / (4 + tired);
        logit -= 2.5 * seen + .02 * minds.viewedThisVisit(user);
        logit += follower ? .8 : 0;
        logit -= items.language[item] == people.language(user) ? 0 : 3;
        into.click = Curves.logistic(logit);
        double pleasure = Curves.logistic(1.5 * affinity + .7 * quality - .6);
        into.dwellSeconds = items.lengthSeconds[item] * (.2 + 1.6 * pleasure);
        into.likeOfClick = Curves.logistic(-2.4 + 1.5 * affinity + .9 * quality);
        into.replyOfClick = Curves.logistic(-4.2 + 1.2 * affinity + .5 * quality);
        into.followOfClick = follower ? 0 : Curves.logistic(-4.6 + 2 * affinity + .6 * quality);
        into.hide = Curves.logistic(-5 - 2 * affinity - .5 * quality + 1.5 * spam + .8 * seen);
        into.report = Curves.logistic(-8.5 - .5 * quality + 3 * spam);
    }

    private double freshness(int item, int topic, int atSeconds) {
        double ageHours = (atSeconds - items.postedSeconds[item]) / 3_600.0;
        return Curves.halved(ageHours / Vocabulary.TOPICS.get(topic).freshHours());
    }

    double viewed(int user, int position) {
        double chance = 1;
        for (int i = 0; i < position; i++) {
            chance *= people.patience[user];
        }
        return chance;
    }
}
