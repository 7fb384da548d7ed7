package dev.mobula.retrieval.shard;

import jdk.jfr.Category;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Threshold;

/// One search of one shard; recorded when slow, without stack traces.
@Name("dev.mobula.IndexSearch")
@Label("Index Search")
@Category({"Mobula", "Retrieval"})
@StackTrace(false)
@Threshold("20 ms")
final class SearchEvent extends Event {
    @Label("Results Asked")
    int k;

    @Label("Width")
    int ef;

    @Label("Hops")
    int hops;

    @Label("Distances")
    int distances;

    @Label("Results")
    int results;

    @Label("Snapshot")
    String snapshot = "";
}
