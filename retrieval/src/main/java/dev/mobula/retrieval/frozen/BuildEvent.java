package dev.mobula.retrieval.frozen;

import java.nio.file.Path;
import jdk.jfr.Category;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/// One snapshot built and written.
@Name("dev.mobula.IndexBuild")
@Label("Index Build")
@Category({"Mobula", "Retrieval"})
@StackTrace(false)
final class BuildEvent extends Event {
    @Label("Snapshot")
    String snapshot = "";

    @Label("Rows")
    int rows;

    @Label("Dimension")
    int dimension;

    @Label("Threads")
    int threads;

    void finish(Path file, SnapshotContent content, GraphSpec spec) {
        end();
        if (shouldCommit()) {
            snapshot = file.toString();
            rows = content.ids().length;
            dimension = content.rows().layout().dimension();
            threads = spec.threads();
            commit();
        }
    }
}
