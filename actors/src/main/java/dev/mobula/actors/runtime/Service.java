package dev.mobula.actors.runtime;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/// State behind a mailbox: answers operations, and never sees which cluster it runs on.
///
/// With one thread (the default) no two methods run at once. With more, calls run concurrently
/// and the service guards its own state.
public interface Service extends AutoCloseable {
    /// Answers one request. An exception becomes an application failure at the caller, unless it
    /// is a [CallException], which keeps its kind.
    byte[] call(int op, byte[] request) throws Exception;

    /// Answers several requests for one operation at once; a service for which many cost little
    /// more than one overrides this.
    default void callAll(int op, Batch batch) {
        batch.answerEach(request -> call(op, request));
    }

    /// Takes a large shipped buffer: read-only, little-endian, valid only during this call.
    default byte[] receive(int op, ByteBuffer shipment) throws Exception {
        throw new CallException(Failure.REFUSED, "operation " + op + " takes no shipment");
    }

    /// Where this service listens for direct connections of its own.
    default List<Address> dataPlane() {
        return List.of();
    }

    @Override
    default void close() throws IOException {}
}
