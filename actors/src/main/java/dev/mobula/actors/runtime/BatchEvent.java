package dev.mobula.actors.runtime;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Threshold;

/// Flight-recorder event of one batch that a service answered; slow ones only, by default.
@Name("dev.mobula.Batch")
@Label("Service batch")
@Category({"Mobula", "Runtime"})
@Description("Requests of one operation that a service answered together")
@StackTrace(false)
@Threshold("10 ms")
final class BatchEvent extends Event {
    @Label("Service")
    String service = "";

    @Label("Operation")
    int op;

    @Label("Requests")
    int requests;

    void finish(String serviceName, int operation, int requestCount) {
        if (shouldCommit()) {
            service = serviceName;
            op = operation;
            requests = requestCount;
            commit();
        }
    }
}
