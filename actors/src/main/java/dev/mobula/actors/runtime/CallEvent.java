package dev.mobula.actors.runtime;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Threshold;

/// Flight-recorder event of one call as its caller saw it; slow ones only, by default.
@Name("dev.mobula.Call")
@Label("Service call")
@Category({"Mobula", "Runtime"})
@Description("One request, from its posting to its answer or failure")
@StackTrace(false)
@Threshold("20 ms")
final class CallEvent extends Event {
    @Label("Service")
    String service = "";

    @Label("Operation")
    int op;

    @Label("Failure")
    String failure = "";

    void finish(String serviceName, int operation, String failed) {
        if (shouldCommit()) {
            service = serviceName;
            op = operation;
            failure = failed;
            commit();
        }
    }
}
