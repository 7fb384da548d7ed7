package dev.mobula.actors.runtime;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/// A service with one operation for each thing that the contract speaks of.
public final class Probe implements Service {
    public static final int ECHO = 1;
    public static final int FAIL = 2;
    public static final int SLEEP_THEN_ECHO = 3;
    public static final int BATCH_SIZE = 4;
    public static final int APPEND = 5;
    public static final int COUNT = 6;
    public static final int CRASH = 7;
    public static final int PROCESS = 8;
    public static final int RELAY = 9;
    public static final int EPOCH = 10;
    public static final int NODE = 11;
    public static final int SCRIBBLE = 12;
    public static final int READ = 13;
    public static final int CHECKSUM = 20;

    private final ServiceContext context;
    private final ServerSocket listener;
    private final @Nullable FileChannel journal;

    private Probe(ServiceContext context, @Nullable FileChannel journal) throws IOException {
        this.context = context;
        this.journal = journal;
        listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    }

    /// A probe without state.
    public static final class Factory implements ServiceFactory {
        @Override
        public Service start(ServiceContext context) throws Exception {
            return new Probe(context, null);
        }
    }

    /// A probe with a journal of its own.
    public static final class DurableFactory implements ServiceFactory {
        @Override
        public Service start(ServiceContext context) throws Exception {
            return new Probe(
                    context,
                    FileChannel.open(
                            context.state().path().resolve("journal"),
                            StandardOpenOption.CREATE,
                            StandardOpenOption.APPEND));
        }
    }

    /// A factory whose service never starts.
    public static final class BrokenFactory implements ServiceFactory {
        @Override
        public Service start(ServiceContext context) {
            throw new IllegalStateException("no such catalogue: " + text(context.settings()));
        }
    }

    @Override
    public byte[] call(int op, byte[] request) throws Exception {
        return switch (op) {
            case ECHO -> request;
            case FAIL -> throw new IllegalStateException("cannot do " + text(request));
            case SLEEP_THEN_ECHO -> {
                Thread.sleep(Duration.ofMillis(ByteBuffer.wrap(request).getInt()));
                yield request;
            }
            case APPEND -> append(request);
            case COUNT -> number(openJournal().size());
            case READ -> Files.readAllBytes(context.state().path().resolve("journal"));
            case CRASH -> throw new StackOverflowError("as asked");
            case PROCESS -> number(ProcessHandle.current().pid());
            case RELAY -> relay(request);
            case EPOCH -> number(context.state().epoch());
            case NODE -> bytes(String.valueOf(System.getenv("MOBULA_NODE_NAME")));
            case SCRIBBLE -> {
                request[0]++;
                yield request;
            }
            default -> throw new CallException(Failure.REFUSED, "no operation " + op);
        };
    }

    @Override
    public void callAll(int op, Batch batch) {
        if (op == BATCH_SIZE) {
            for (int i = 0; i < batch.size(); i++) {
                batch.answer(i, number(batch.size()));
            }
        } else {
            Service.super.callAll(op, batch);
        }
    }

    private byte[] append(byte[] entry) throws IOException {
        FileChannel file = openJournal();
        file.write(ByteBuffer.wrap(entry));
        file.force(true);
        context.state().requireOwned();
        return number(file.size());
    }

    private FileChannel openJournal() {
        FileChannel file = journal;
        if (file == null) {
            throw new IllegalStateException("this probe has no journal");
        }
        return file;
    }

    private byte[] relay(byte[] name) {
        Cluster cluster = context.cluster();
        ServiceRef other = cluster.lookup(text(name)).orElseThrow();
        return cluster.call(other, Request.of(ECHO, bytes("relayed"))).join();
    }

    @Override
    public byte[] receive(int op, ByteBuffer shipment) throws Exception {
        if (op != CHECKSUM) {
            return Service.super.receive(op, shipment);
        }
        if (!shipment.isReadOnly() || shipment.order() != ByteOrder.LITTLE_ENDIAN) {
            throw new IllegalStateException("a shipment is read-only and little-endian");
        }
        CRC32 crc = new CRC32();
        crc.update(shipment);
        return number(crc.getValue());
    }

    @Override
    public List<Address> dataPlane() {
        return List.of(
                new Address(listener.getInetAddress().getHostAddress(), listener.getLocalPort()));
    }

    @Override
    public void close() throws IOException {
        listener.close();
        FileChannel file = journal;
        if (file != null) {
            file.close();
        }
    }

    public static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    public static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    public static byte[] number(long value) {
        return ByteBuffer.allocate(Long.BYTES).putLong(value).array();
    }

    public static long number(byte[] reply) {
        return ByteBuffer.wrap(reply).getLong();
    }

    public static byte[] millis(int duration) {
        return ByteBuffer.allocate(Integer.BYTES).putInt(duration).array();
    }
}
