package dev.mobula.actors.transport;

import static dev.mobula.actors.runtime.Probe.bytes;
import static dev.mobula.actors.runtime.Probe.number;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mobula.actors.runtime.Address;
import dev.mobula.actors.runtime.CallException;
import dev.mobula.actors.runtime.CallMeters;
import dev.mobula.actors.runtime.Failure;
import dev.mobula.actors.runtime.Mailbox;
import dev.mobula.actors.runtime.MailboxLimits;
import dev.mobula.actors.runtime.ReplicaPort;
import dev.mobula.actors.runtime.Reply;
import dev.mobula.actors.runtime.Service;
import dev.mobula.testing.Seeds;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class ServiceTransportTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String HOST = "127.0.0.1";
    private static final int ECHO = 1;
    private static final int FAIL = 2;
    private static final int SIZE = 3;
    private static final SecureRandom SECRETS = new SecureRandom();
    private static final AtomicInteger SIZES = new AtomicInteger();

    private final List<AutoCloseable> opened = new ArrayList<>();
    private final ConcurrentLinkedQueue<String> losses = new ConcurrentLinkedQueue<>();
    private IoLoop loop;
    private Mailbox mailbox;
    private ServiceServer server;

    private static final class Echo implements Service {
        @Override
        public byte[] call(int op, byte[] request) {
            return switch (op) {
                case ECHO -> request;
                case FAIL -> throw new IllegalStateException("x".repeat(1 << 20));
                case SIZE -> {
                    SIZES.incrementAndGet();
                    yield new byte[ByteBuffer.wrap(request).getInt()];
                }
                default -> throw new CallException(Failure.REFUSED, "no operation " + op);
            };
        }

        @Override
        public byte[] receive(int op, ByteBuffer shipment) {
            assertThat(shipment.isReadOnly()).isTrue();
            assertThat(shipment.order()).isEqualTo(ByteOrder.LITTLE_ENDIAN);
            return number(shipment.remaining());
        }
    }

    /// A replica that keeps its requests, to be answered by the test.
    private static final class Holding implements ReplicaPort {
        final ConcurrentLinkedQueue<Reply> replies = new ConcurrentLinkedQueue<>();

        @Override
        public boolean open() {
            return true;
        }

        @Override
        public int load() {
            return 0;
        }

        @Override
        public void post(int op, byte[] body, Reply reply) {
            replies.add(reply);
        }

        @Override
        public void post(int op, ByteBuffer shipment, Reply reply) {
            replies.add(reply);
        }
    }

    @BeforeEach
    void start() throws IOException {
        loop = keep(IoLoop.start());
        mailbox =
                keep(
                        new Mailbox(
                                "tested",
                                new Echo(),
                                MailboxLimits.standard().withRequestBytesMax(64 << 20),
                                1,
                                new CallMeters(new SimpleMeterRegistry(), "tested", 0),
                                crash -> {}));
        server = keep(ServiceServer.start("tested", mailbox, loop, HOST));
    }

    private <C extends AutoCloseable> C keep(C resource) {
        opened.add(resource);
        return resource;
    }

    @AfterEach
    void closeAll() throws Exception {
        for (AutoCloseable resource : opened.reversed()) {
            resource.close();
        }
    }

    private ServiceConnection connect(Endpoint endpoint) throws IOException {
        return keep(ServiceConnection.connect(endpoint, loop, losses::add));
    }

    private static Reply reply() {
        return new Reply("tested", ECHO, System.nanoTime() + PATIENCE.toNanos());
    }

    private static Reply ask(ReplicaPort connection, int op, byte[] body) {
        Reply reply = reply();
        connection.post(op, body, reply);
        return reply;
    }

    private static byte[] get(Reply reply) throws Exception {
        return reply.get(60, TimeUnit.SECONDS);
    }

    private static Failure failureOf(Reply reply) throws Exception {
        try {
            get(reply);
        } catch (ExecutionException failed) {
            return ((CallException) failed.getCause()).failure();
        }
        throw new AssertionError("answered");
    }

    private static void await(String what, BooleanSupplier holds) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!holds.getAsBoolean()) {
            assertThat(System.nanoTime()).as(what).isLessThan(deadline);
            Thread.onSpinWait();
        }
    }

    private static byte[] random(int length) {
        byte[] body = new byte[length];
        new Random(length).nextBytes(body);
        return body;
    }

    /// A caller that proved itself and now writes what it likes.
    private Socket admitted() throws IOException {
        Socket socket = keep(rawSocket());
        Handshake.asCaller(socket, server.endpoint().key(), SECRETS);
        return socket;
    }

    private Socket rawSocket() throws IOException {
        return new Socket(InetAddress.getLoopbackAddress(), server.endpoint().address().port());
    }

    private static void assertEnds(Socket socket) throws IOException {
        socket.setSoTimeout(60_000);
        InputStream in = socket.getInputStream();
        try {
            in.transferTo(OutputStream.nullOutputStream());
        } catch (SocketException reset) {
            assertThat(reset).hasMessageContaining("reset");
        }
    }

    @Test
    void manyCallersShareAConnectionAndEachGetsItsOwnAnswer() throws Exception {
        ServiceConnection connection = connect(server.endpoint());
        ConcurrentLinkedQueue<Throwable> wrong = new ConcurrentLinkedQueue<>();
        List<Thread> callers = new ArrayList<>();
        for (int caller = 0; caller < 16; caller++) {
            long first = caller * 1_000_000L;
            callers.add(
                    Thread.ofVirtual()
                            .uncaughtExceptionHandler((thread, failed) -> wrong.add(failed))
                            .start(() -> askMany(connection, first)));
        }
        for (Thread caller : callers) {
            caller.join();
        }
        assertThat(wrong).isEmpty();
        await("all are answered", () -> connection.load() == 0);
    }

    private static void askMany(ServiceConnection connection, long first) {
        for (long i = first; i < first + 500; i++) {
            assertThat(number(ask(connection, ECHO, number(i)).join())).isEqualTo(i);
        }
    }

    @Test
    void bodiesOfEverySizeAroundTheBuffersPass() throws Exception {
        ServiceConnection connection = connect(server.endpoint());
        int buffer = 128 << 10;
        List<Integer> sizes = new ArrayList<>(List.of(0, 1, 1 << 20, 20 << 20, 0, buffer / 2));
        for (int off = -30; off <= 30; off++) {
            sizes.add(buffer + off);
        }
        List<Reply> replies = new ArrayList<>();
        for (int size : sizes) {
            replies.add(ask(connection, ECHO, random(size)));
        }
        for (int i = 0; i < sizes.size(); i++) {
            assertThat(Arrays.equals(get(replies.get(i)), random(sizes.get(i))))
                    .as("%d bytes", sizes.get(i))
                    .isTrue();
        }
        assertThat(directBytes()).as("a large frame needs no large buffer").isLessThan(10 << 20);
    }

    private static long directBytes() {
        return ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                .filter(pool -> pool.getName().equals("direct"))
                .mapToLong(BufferPoolMXBean::getMemoryUsed)
                .sum();
    }

    @Test
    void shipmentsPassAndOneOverTheLimitIsRefusedHere() throws Exception {
        ServiceConnection connection = connect(server.endpoint());
        Reply shipped = reply();
        connection.post(ECHO, ByteBuffer.wrap(random(5 << 20)).position(7), shipped);
        assertThat(number(get(shipped))).isEqualTo((5 << 20) - 7);
        Reply largest = reply();
        connection.post(ECHO, ByteBuffer.allocate(Mailbox.SHIPMENT_BYTES_MAX), largest);
        assertThat(number(get(largest))).isEqualTo(Mailbox.SHIPMENT_BYTES_MAX);
        Reply tooLarge = reply();
        connection.post(ECHO, ByteBuffer.allocate(Mailbox.SHIPMENT_BYTES_MAX + 1), tooLarge);
        assertThat(failureOf(tooLarge)).isEqualTo(Failure.REFUSED);
        assertThat(get(ask(connection, ECHO, bytes("alive")))).isEqualTo(bytes("alive"));
    }

    @Test
    void failuresKeepTheirKindAndAnEndlessTextIsCut() throws Exception {
        ServiceConnection connection = connect(server.endpoint());
        assertThat(failureOf(ask(connection, 99, new byte[0]))).isEqualTo(Failure.REFUSED);
        Reply verbose = ask(connection, FAIL, new byte[0]);
        assertThat(failureOf(verbose)).isEqualTo(Failure.APPLICATION);
        assertThat(verbose.exceptionNow().getMessage())
                .startsWith("IllegalStateException: xxx")
                .hasSizeBetween(1_000, 100_000);
    }

    @Test
    void anAnswerOverTheLimitFailsItsCallAlone() throws Exception {
        ServiceConnection connection = connect(server.endpoint());
        byte[] tooLarge = ByteBuffer.allocate(4).putInt(Mailbox.ANSWER_BYTES_MAX + 1).array();
        Reply failed = ask(connection, SIZE, tooLarge);
        Reply other = ask(connection, ECHO, bytes("other"));
        assertThat(failureOf(failed)).isEqualTo(Failure.APPLICATION);
        assertThat(get(other)).isEqualTo(bytes("other"));
        assertThat(losses).isEmpty();
    }

    @Test
    void answersMayComeInAnyOrder() throws Exception {
        Holding holding = new Holding();
        ServiceServer held = keep(ServiceServer.start("held", holding, loop, HOST));
        ServiceConnection connection = connect(held.endpoint());
        List<Reply> asked = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            asked.add(ask(connection, ECHO, number(i)));
        }
        await("all arrived", () -> holding.replies.size() == 300);
        List<Reply> arrived = new ArrayList<>(holding.replies);
        List<Integer> order = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            order.add(i);
        }
        Collections.shuffle(order, new Random(4));
        for (int i : order) {
            if (i % 10 == 0) {
                arrived.get(i).fail(Failure.OVERLOADED, "as " + i);
            } else {
                arrived.get(i).complete(number(i));
            }
        }
        for (int i = 0; i < 300; i++) {
            if (i % 10 == 0) {
                assertThat(failureOf(asked.get(i))).isEqualTo(Failure.OVERLOADED);
            } else {
                assertThat(number(get(asked.get(i)))).isEqualTo(i);
            }
        }
    }

    @Test
    void anAnswerToACallThatWasGivenUpDisturbsNothing() throws Exception {
        Holding holding = new Holding();
        ServiceServer held = keep(ServiceServer.start("held", holding, loop, HOST));
        ServiceConnection connection = connect(held.endpoint());
        Reply givenUp = ask(connection, ECHO, number(1));
        Reply kept = ask(connection, ECHO, number(2));
        await("both arrived", () -> holding.replies.size() == 2);
        givenUp.fail(Failure.TIMEOUT, "given up");
        assertThat(connection.load()).isEqualTo(1);
        holding.replies.forEach(reply -> reply.complete(number(9)));
        assertThat(number(get(kept))).isEqualTo(9);
        assertThat(connection.load()).isZero();
    }

    @Test
    void aCallerWithAnotherKeyIsRefused() throws Exception {
        byte[] wrong = server.endpoint().key().clone();
        wrong[31] ^= 1;
        Endpoint pretended = new Endpoint(server.endpoint().address(), wrong);
        assertThatThrownBy(() -> connect(pretended)).isInstanceOf(IOException.class);
        try (Socket socket = rawSocket()) {
            assertThatThrownBy(() -> Handshake.asCaller(socket, wrong, SECRETS))
                    .isInstanceOf(IOException.class);
            assertEnds(socket);
        }
    }

    @Test
    void aServiceWithAnotherKeyIsNotTrusted() throws Exception {
        ServiceServer other = keep(ServiceServer.start("other", mailbox, loop, HOST));
        Endpoint mistaken = new Endpoint(other.endpoint().address(), server.endpoint().key());
        assertThatThrownBy(() -> connect(mistaken)).isInstanceOf(IOException.class);
        assertThat(other.endpoint().key()).isNotEqualTo(server.endpoint().key());
    }

    @Test
    void aProofPlayedBackToItsSenderIsRefused() throws Exception {
        try (ServerSocket mirror = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            Thread.ofVirtual().start(() -> mirror(mirror));
            Endpoint mirrored =
                    new Endpoint(new Address(HOST, mirror.getLocalPort()), server.endpoint().key());
            assertThatThrownBy(() -> connect(mirrored)).isInstanceOf(IOException.class);
        }
    }

    private static void mirror(ServerSocket listener) {
        try (Socket socket = listener.accept()) {
            socket.getInputStream().transferTo(socket.getOutputStream());
        } catch (IOException ended) {
            assertThat(ended).isNotNull();
        }
    }

    @Test
    void theKeyIsInNoText() {
        assertThat(server.endpoint()).hasToString(server.endpoint().address().toString());
    }

    @Test
    void hostileBytesEndTheirOwnConnectionAndNoOther() throws Exception {
        ServiceConnection sound = connect(server.endpoint());
        assertThat(get(ask(sound, ECHO, bytes("before")))).isEqualTo(bytes("before"));
        byte[][] hostile = {
            frameOf(0),
            frameOf(-1),
            frameOf(Integer.MIN_VALUE),
            frameOf(ServiceServer.FRAME_BYTES_MAX + 1),
            frameOf(Integer.MAX_VALUE),
            frameOf(1, (byte) 1),
            frameOf(5, (byte) 1, (byte) 0, (byte) 0, (byte) 0, (byte) 0),
            frameOf(17, new byte[17]),
            frameOf(17, Arrays.copyOf(new byte[] {3}, 17)),
            "GET / HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII),
        };
        for (byte[] frame : hostile) {
            Socket socket = admitted();
            socket.getOutputStream().write(frame);
            assertEnds(socket);
            assertThat(get(ask(sound, ECHO, bytes("after")))).isEqualTo(bytes("after"));
        }
        assertThat(losses).isEmpty();
    }

    private static byte[] frameOf(int length, byte... content) {
        return ByteBuffer.allocate(4 + content.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(length)
                .put(content)
                .array();
    }

    @Test
    void randomBytesNeverDisturbAnotherConnection() throws Exception {
        ServiceConnection sound = connect(server.endpoint());
        Seeds.forAll(
                40,
                random -> {
                    byte[] garbage = new byte[random.nextInt(1, 400)];
                    random.nextBytes(garbage);
                    try (Socket proven = random.nextBoolean() ? admitted() : rawSocket()) {
                        proven.getOutputStream().write(garbage);
                        if (random.nextBoolean()) {
                            proven.shutdownOutput();
                        }
                        assertThat(get(ask(sound, ECHO, garbage))).isEqualTo(garbage);
                    } catch (SocketException endedAlready) {
                        assertThat(get(ask(sound, ECHO, garbage))).isEqualTo(garbage);
                    }
                });
        assertThat(losses).isEmpty();
    }

    @Test
    void halfHandshakesEndByThemselvesAndLeakNothing() throws Exception {
        long before = openSockets();
        List<Socket> half = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            Socket socket = rawSocket();
            socket.getOutputStream().write(new byte[] {0x4D, 0x4F});
            half.add(socket);
        }
        // A byte now and then does not keep a half handshake alive.
        Socket trickling = half.getFirst();
        ServiceConnection sound = connect(server.endpoint());
        assertThat(get(ask(sound, ECHO, bytes("meanwhile")))).isEqualTo(bytes("meanwhile"));
        CompletableFuture<Void> trickle = CompletableFuture.runAsync(() -> trickle(trickling));
        for (Socket socket : half) {
            assertEnds(socket);
            socket.close();
        }
        trickle.get(60, TimeUnit.SECONDS);
        sound.close();
        await("all sockets are gone", () -> openSockets() <= before);
    }

    private static void trickle(Socket socket) {
        try {
            for (int i = 0; i < 200; i++) {
                TimeUnit.MILLISECONDS.sleep(200);
                socket.getOutputStream().write(i == 0 ? 0x42 : i == 1 ? 0x01 : 7);
            }
        } catch (IOException | InterruptedException ended) {
            assertThat(ended).isInstanceOf(IOException.class);
        }
    }

    private static long openSockets() {
        try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
            return descriptors.filter(ServiceTransportTest::isSocket).count();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static boolean isSocket(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString().startsWith("socket:");
        } catch (IOException closedMeanwhile) {
            return false;
        }
    }

    @Test
    void aPeerThatLeavesMidFrameFailsWhatIsPending() throws Exception {
        try (ServerSocket listener = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            byte[] key = server.endpoint().key();
            CompletableFuture<Void> peer =
                    CompletableFuture.runAsync(() -> answerHalf(listener, key));
            ServiceConnection connection =
                    connect(new Endpoint(new Address(HOST, listener.getLocalPort()), key));
            Reply first = ask(connection, ECHO, number(1));
            Reply second = ask(connection, ECHO, number(2));
            assertThat(failureOf(first)).isEqualTo(Failure.UNAVAILABLE);
            assertThat(failureOf(second)).isEqualTo(Failure.UNAVAILABLE);
            peer.get(60, TimeUnit.SECONDS);
            await("it is told once", () -> losses.size() == 1);
            assertThat(connection.open()).isFalse();
            assertThat(failureOf(ask(connection, ECHO, number(3)))).isEqualTo(Failure.UNAVAILABLE);
            assertThat(connection.load()).isZero();
        }
    }

    private static void answerHalf(ServerSocket listener, byte[] key) {
        try (Socket socket = listener.accept()) {
            Handshake.asService(socket, key, SECRETS);
            byte[] both = socket.getInputStream().readNBytes(2 * (4 + 17 + 8));
            assertThat(both).hasSize(58);
            ByteBuffer answer = Frames.answer(0, number(1));
            socket.getOutputStream().write(Frames.rest(answer.limit(answer.limit() / 2)));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    @Test
    void anAnswerOfAnUnknownKindFailsWhatIsPending() throws Exception {
        try (ServerSocket listener = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            byte[] key = server.endpoint().key();
            CompletableFuture<Void> peer =
                    CompletableFuture.runAsync(() -> answerWith(listener, key, (byte) 77));
            ServiceConnection connection =
                    connect(new Endpoint(new Address(HOST, listener.getLocalPort()), key));
            assertThat(failureOf(ask(connection, ECHO, number(1)))).isEqualTo(Failure.UNAVAILABLE);
            peer.get(60, TimeUnit.SECONDS);
        }
    }

    private static void answerWith(ServerSocket listener, byte[] key, byte outcome) {
        try (Socket socket = listener.accept()) {
            Handshake.asService(socket, key, SECRETS);
            ByteBuffer answer = Frames.answer(0, number(1)).put(4 + 1 + 8, outcome);
            socket.getOutputStream().write(Frames.rest(answer));
            assertEnds(socket);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    @Test
    void aCallerThatNeverReadsIsEndedWhenItsAnswersFillTheQueue() throws Exception {
        ServiceConnection sound = connect(server.endpoint());
        Socket deaf = admitted();
        int before = SIZES.get();
        byte[] wanted = ByteBuffer.allocate(4).putInt(32 << 20).array();
        for (int id = 0; id < 12; id++) {
            ByteBuffer request =
                    Frames.request(
                            Frames.CALL, id, SIZE, PATIENCE.toNanos(), ByteBuffer.wrap(wanted));
            deaf.getOutputStream().write(Frames.rest(request));
        }
        await("all have come", () -> SIZES.get() == before + 12);
        await("its answers are dropped", () -> mailbox.load() == 0);
        assertThat(get(ask(sound, ECHO, bytes("others go on")))).isEqualTo(bytes("others go on"));
        assertEnds(deaf);
        assertThat(losses).isEmpty();
    }

    @Test
    void aServerThatClosesEndsItsConnectionsAndAnotherIsReachedAfresh() throws Exception {
        ServiceConnection first = connect(server.endpoint());
        assertThat(get(ask(first, ECHO, bytes("one")))).isEqualTo(bytes("one"));
        server.close();
        await("the loss is told", () -> losses.size() == 1);
        assertThat(failureOf(ask(first, ECHO, bytes("gone")))).isEqualTo(Failure.UNAVAILABLE);
        assertThatThrownBy(() -> connect(server.endpoint())).isInstanceOf(IOException.class);
        ServiceServer next = keep(ServiceServer.start("next", mailbox, loop, HOST));
        ServiceConnection second = connect(next.endpoint());
        assertThat(get(ask(second, ECHO, bytes("two")))).isEqualTo(bytes("two"));
    }

    @Test
    void framesParseTheSameHoweverTheWireCutsThem() throws Exception {
        Seeds.forAll(
                25,
                random -> {
                    int count = random.nextInt(1, 40);
                    List<byte[]> bodies = new ArrayList<>();
                    ByteBuffer wire = ByteBuffer.allocate(8 << 20);
                    for (int id = 0; id < count; id++) {
                        int size =
                                random.nextInt(10) == 0
                                        ? (128 << 10) + random.nextInt(-40, 40)
                                        : random.nextInt(300);
                        byte[] body = new byte[size];
                        random.nextBytes(body);
                        bodies.add(body);
                        wire.put(
                                Frames.request(
                                        Frames.CALL,
                                        id,
                                        ECHO,
                                        PATIENCE.toNanos(),
                                        ByteBuffer.wrap(body)));
                    }
                    Socket socket = admitted();
                    CompletableFuture<Void> answers =
                            CompletableFuture.runAsync(() -> readAnswers(socket, bodies));
                    wire.flip();
                    while (wire.hasRemaining()) {
                        int chunk =
                                random.nextBoolean()
                                        ? random.nextInt(1, 40)
                                        : random.nextInt(1, 200_000);
                        byte[] part = new byte[Math.min(chunk, wire.remaining())];
                        wire.get(part);
                        socket.getOutputStream().write(part);
                    }
                    answers.get(60, TimeUnit.SECONDS);
                    socket.close();
                });
    }

    private static void readAnswers(Socket socket, List<byte[]> bodies) {
        try {
            InputStream in = socket.getInputStream();
            for (int answered = 0; answered < bodies.size(); answered++) {
                int length = little(in.readNBytes(4)).getInt();
                ByteBuffer frame = little(in.readNBytes(length));
                assertThat(frame.get()).isEqualTo(Frames.ANSWER);
                int id = (int) frame.getLong();
                assertThat(frame.get()).isEqualTo(Frames.SUCCESS);
                assertThat(Frames.rest(frame)).isEqualTo(bodies.get(id));
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static ByteBuffer little(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
}
