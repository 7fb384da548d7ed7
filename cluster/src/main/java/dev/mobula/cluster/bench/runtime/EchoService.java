package dev.mobula.cluster.bench.runtime;

import dev.mobula.actors.runtime.CallException;
import dev.mobula.actors.runtime.Failure;
import dev.mobula.actors.runtime.Service;
import dev.mobula.actors.runtime.ServiceContext;
import dev.mobula.actors.runtime.ServiceFactory;
import java.nio.ByteBuffer;
import java.util.Arrays;

/// A service that does nothing, so that only the way to it is measured.
public final class EchoService implements Service {
    static final int ECHO = 1;
    static final int PROCESS = 2;
    static final int TAKE = 3;
    static final int REPLY_BYTES = 160;

    /// Starts one.
    public static final class Factory implements ServiceFactory {
        @Override
        public Service start(ServiceContext context) {
            return new EchoService();
        }
    }

    @Override
    public byte[] call(int op, byte[] request) {
        return switch (op) {
            case ECHO -> Arrays.copyOf(request, REPLY_BYTES);
            case PROCESS ->
                    ByteBuffer.allocate(Long.BYTES).putLong(ProcessHandle.current().pid()).array();
            default -> throw new CallException(Failure.REFUSED, "no operation " + op);
        };
    }

    @Override
    public byte[] receive(int op, ByteBuffer shipment) {
        return new byte[] {shipment.get(shipment.limit() - 1)};
    }
}
