package dev.mobula.actors.candidates;

import dev.mobula.actors.items.ItemStream;
import dev.mobula.retrieval.collaborative.AdamicAdar;
import dev.mobula.retrieval.collaborative.GraphFilter;
import dev.mobula.retrieval.source.AuthorTimelines;
import dev.mobula.retrieval.source.CandidateSource;
import dev.mobula.retrieval.source.CovisitationSource;
import dev.mobula.retrieval.source.FollowedAuthorsSource;
import dev.mobula.retrieval.source.FreshPool;
import dev.mobula.retrieval.source.FreshSource;
import dev.mobula.retrieval.source.FusionSource;
import dev.mobula.retrieval.source.HistoryModelSource;
import dev.mobula.retrieval.source.HistoryWindow;
import dev.mobula.retrieval.source.LiveCovisitation;
import dev.mobula.retrieval.source.RecentItemsSource;
import dev.mobula.retrieval.source.SwappedSource;
import dev.mobula.retrieval.source.TextSource;
import dev.mobula.retrieval.source.TrendingCounts;
import dev.mobula.retrieval.source.TrendingSource;
import dev.mobula.retrieval.source.VectorSource;
import dev.mobula.retrieval.store.Item;
import dev.mobula.retrieval.store.ItemState;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongPredicate;

/// The sources and what feeds them: items that come and go, people's signals, models that are made anew.
final class SourceSet implements ItemStream.Listener {
    private static final int RECENT_ITEMS_ASKED = 8;
    private static final int ITEMS_PER_AUTHOR = 50;
    private static final int AUTHORS = 200_000;
    private static final int COUNTED_ITEMS = 500_000;
    private static final int TOP_TRENDING = 1_000;
    private static final long TOP_REFRESH_MILLIS = 200;
    private static final int FRESH_ITEMS = 50_000;
    private static final int COUNTED_NEIGHBOURS = 64;
    private static final int COUNTED_PEOPLE = 500_000;
    private static final int LAST_ITEMS = 20;
    private static final int WINDOW_PAIRS = 2_000_000;

    private final CandidateSettings settings;
    private final ShardSearches searches;
    private final AuthorTimelines timelines = new AuthorTimelines(ITEMS_PER_AUTHOR, AUTHORS);
    private final TrendingCounts trending;
    private final FreshPool fresh;
    private final LiveCovisitation together;
    private final HistoryWindow window = new HistoryWindow(WINDOW_PAIRS);
    private final SwappedSource graph = new SwappedSource(SourceKind.GRAPH.sourceName());
    private final SwappedSource people = new SwappedSource(SourceKind.PEOPLE.sourceName());
    private final Map<Long, Long> authors = new ConcurrentHashMap<>();
    private long modelled;

    SourceSet(ShardSearches searches, CandidateSettings settings) {
        this.searches = searches;
        this.settings = settings;
        long halfLife = settings.trendHalfLifeMillis();
        trending = new TrendingCounts(halfLife, COUNTED_ITEMS, TOP_TRENDING, TOP_REFRESH_MILLIS);
        fresh = new FreshPool(FRESH_ITEMS, settings.freshMillis(), settings.freshExposures());
        together =
                new LiveCovisitation(
                        halfLife, COUNTED_ITEMS, COUNTED_NEIGHBOURS, COUNTED_PEOPLE, LAST_ITEMS);
    }

    CandidateSource source(SourceKind kind) {
        return switch (kind) {
            case ANN -> new VectorSource(kind.sourceName(), searches);
            case ANN_ITEMS ->
                    new RecentItemsSource(
                            kind.sourceName(), searches, searches, RECENT_ITEMS_ASKED);
            case FOLLOWED -> new FollowedAuthorsSource(timelines, settings.freshMillis());
            case COVISITATION -> new CovisitationSource(together);
            case GRAPH -> graph;
            case TRENDING -> new TrendingSource(trending);
            case FRESH -> new FreshSource(fresh);
            case TEXT -> new TextSource(searches);
            case HYBRID ->
                    new FusionSource(
                            kind.sourceName(),
                            List.of(
                                    new TextSource(searches),
                                    new VectorSource(SourceKind.ANN.sourceName(), searches)));
            case PEOPLE -> people;
        };
    }

    @Override
    public void stored(Item item) {
        if (item.state() != ItemState.VISIBLE) {
            gone(item.id());
            return;
        }
        authors.put(item.id(), item.authorId());
        timelines.put(item.authorId(), item.id(), item.createdMillis());
        fresh.put(item.id(), item.createdMillis());
    }

    @Override
    public void gone(long id) {
        Long author = authors.remove(id);
        if (author != null) {
            timelines.remove(author, id);
        }
        fresh.remove(id);
        trending.remove(id);
        together.remove(id);
    }

    @Override
    public void readAnew(LongPredicate owned, Set<Long> shown) {
        List<Long> lost =
                authors.keySet().stream()
                        .filter(id -> owned.test(id) && !shown.contains(id))
                        .toList();
        lost.forEach(this::gone);
    }

    void learn(Signal signal) {
        switch (signal.kind()) {
            case SHOWN -> fresh.exposed(signal.item());
            case HAD -> {
                trending.add(signal.item(), signal.weight(), signal.timeMillis());
                together.add(signal.person(), signal.item(), signal.timeMillis());
                window.add(signal.person(), signal.item());
            }
        }
    }

    /// Makes the graph filter anew when people did something since.
    void rebuildGraph() {
        long added = window.added();
        if (added != modelled) {
            HistoryWindow.Table table = window.table();
            graph.swap(
                    HistoryModelSource.ofItems(
                            SourceKind.GRAPH.sourceName(),
                            GraphFilter.of(table.matrix()),
                            table.items()));
            modelled = added;
        }
    }

    /// Makes the people to follow anew.
    void rebuildPeople(HistoryWindow follows) {
        HistoryWindow.Table table = follows.graph();
        if (table.people().size() > 0) {
            people.swap(
                    HistoryModelSource.ofPeople(
                            SourceKind.PEOPLE.sourceName(),
                            AdamicAdar.of(table.matrix()),
                            table.people()));
        }
    }
}
