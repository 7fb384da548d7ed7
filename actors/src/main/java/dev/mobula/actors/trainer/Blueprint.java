package dev.mobula.actors.trainer;

import dev.mobula.actors.codec.MessageReader;
import dev.mobula.actors.codec.MessageWriter;
import dev.mobula.actors.runtime.CallException;
import dev.mobula.actors.runtime.Failure;
import dev.mobula.training.loop.Plan;
import dev.mobula.training.loop.PlanFactory;
import java.io.IOException;

/// A run's description and the class that understands it.
///
/// @param factory class name of a [PlanFactory]
/// @param description bytes handed to it; owned by this record
public record Blueprint(String factory, byte[] description) {
    public static Blueprint of(Class<? extends PlanFactory> factory, byte[] description) {
        return new Blueprint(factory.getName(), description);
    }

    void write(MessageWriter out) {
        out.writeString(factory).writeBytes(description);
    }

    static Blueprint read(MessageReader in) {
        return new Blueprint(in.readString(), in.readBytes());
    }

    Plan plan() throws IOException {
        try {
            return Class.forName(factory)
                    .asSubclass(PlanFactory.class)
                    .getConstructor()
                    .newInstance()
                    .plan(description);
        } catch (ReflectiveOperationException | ClassCastException unusable) {
            throw new CallException(
                    Failure.REFUSED,
                    "plan factory \"" + factory + "\" is not a public one without parameters",
                    unusable);
        }
    }
}
