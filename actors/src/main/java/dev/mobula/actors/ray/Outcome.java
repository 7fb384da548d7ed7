package dev.mobula.actors.ray;

import dev.mobula.actors.codec.MalformedMessageException;
import dev.mobula.actors.codec.MessageReader;
import dev.mobula.actors.codec.MessageWriter;
import dev.mobula.actors.runtime.CallException;
import dev.mobula.actors.runtime.Failure;
import java.util.concurrent.Callable;

/// The reply of an actor method: its bytes, or a failure; never an exception, because Ray would
/// carry that with Java serialisation.
final class Outcome {
    private static final int SUCCESS = 0;

    private Outcome() {}

    /// Runs an actor's method and encodes how it went.
    static byte[] of(Callable<byte[]> method) {
        try {
            return new MessageWriter().writeByte(SUCCESS).writeBytes(method.call()).toBytes();
        } catch (CallException failed) {
            return failure(failed.failure(), String.valueOf(failed.getMessage()));
        } catch (Exception failed) {
            return failure(Failure.APPLICATION, failed.toString());
        }
    }

    private static byte[] failure(Failure failure, String message) {
        return new MessageWriter().writeByte(failure.wireCode()).writeString(message).toBytes();
    }

    /// The bytes of a success; a failure is thrown.
    static byte[] require(byte[] outcome) {
        MessageReader in = new MessageReader(outcome);
        int code = in.readByte();
        if (code == SUCCESS) {
            byte[] answer = in.readBytes();
            in.requireEnd();
            return answer;
        }
        throw new CallException(failureOf(code), in.readString());
    }

    private static Failure failureOf(int code) {
        try {
            return Failure.ofWireCode(code);
        } catch (IllegalArgumentException unknown) {
            throw new MalformedMessageException(String.valueOf(unknown.getMessage()));
        }
    }
}
