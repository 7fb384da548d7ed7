package dev.mobula.actors.feed;

import dev.mobula.actors.candidates.FoundCandidates;
import dev.mobula.ranking.value.ValueExpression;
import java.util.List;

/// From a request to a page that its owners have confirmed: the stages, one after the other.
final class Pipeline {
    private final FeedParts parts;
    private final ItemCatalog catalog;
    private final StageFrame frame = new StageFrame();
    private final CandidateStage candidates;
    private final FilterStage filters;
    private final RankStage ranking;
    private final PageStage pages = new PageStage();
    private final RecheckStage recheck;

    Pipeline(FeedParts parts, ItemCatalog catalog, FeedSettings settings) {
        this.parts = parts;
        this.catalog = catalog;
        candidates = new CandidateStage(parts.candidates(), parts.items(), frame);
        filters = new FilterStage(catalog, parts.people(), frame, settings.policy());
        ranking =
                new RankStage(
                        parts.rankers(), new PersonFeatures(catalog), parts.features(), frame);
        recheck = new RecheckStage(parts.items(), parts.people());
    }

    /// A confirmed page, the candidates that it was made of, the space they were searched in, and the person it was made
    /// for.
    record Made(FoundCandidates found, String space, Person person, Arrangement page) {}

    /// @param wantsVectors whether the features as used are to be had with the scores
    Made make(Run run, boolean wantsVectors) {
        Person person =
                frame.ask(
                        Stage.PERSON,
                        run,
                        limit -> parts.people().view(run.user(), limit),
                        () -> Person.unknown(run.user()));
        Taste taste =
                frame.compute(
                        Stage.QUERY,
                        run,
                        () -> Taste.of(person, run, parts.tastes(), catalog),
                        Taste::unknown);
        FoundCandidates found = candidates.find(person, taste, run);
        Viewing viewing = filters.viewing(person, run);
        List<Prospect> known = filters.known(found, viewing, taste, run);
        List<Prospect> allowed = filters.allowed(known, viewing, run);
        Ranking ranked = ranking.rank(allowed, person, run, wantsVectors);
        Arrangement page = pages.arrange(ranked, run);
        Arrangement confirmed = recheck.confirm(page, viewing, run);
        return new Made(found, taste.space(), person, confirmed);
    }

    /// The page that the same scores make under another expression; owners are not asked about it.
    Arrangement under(ValueExpression other, Ranking ranked, Run run) {
        return pages.under(other, ranked, run);
    }

    StageFrame frame() {
        return frame;
    }
}
