package dev.mobula.cluster.bench.feed;

import java.io.IOException;
import java.util.List;
import java.util.Map;

/// A feed under load: Mobula's, or a peer's on the same items, users and model.
interface Contender {
    String name();

    /// So many callers, each asking again as soon as it has its page.
    LoadFigures closed(int callers, double seconds) throws IOException, InterruptedException;

    /// Requests that arrive so often, whether or not earlier ones have been answered.
    LoadFigures open(double perSecond, double seconds) throws IOException, InterruptedException;

    /// The pages of these users.
    List<List<Place>> pages(long[] users) throws IOException;

    /// Processor time so far, in seconds, by what it was spent on.
    Map<String, Double> processorSeconds() throws IOException;

    /// Processor time so far that went into the model's arithmetic alone, in seconds, for so many pages.
    double scoringMicrosPerPage() throws IOException;

    /// Processor time that the generator takes for a request, in microseconds.
    double generatorMicros() throws IOException, InterruptedException;

    /// One place of a page.
    record Place(long item, double value) {}
}
