package dev.mobula.actors.ray;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mobula.actors.codec.Codec;
import dev.mobula.actors.codec.MalformedMessageException;
import dev.mobula.actors.codec.MessageWriter;
import dev.mobula.actors.runtime.Address;
import dev.mobula.actors.runtime.CallException;
import dev.mobula.actors.runtime.Failure;
import dev.mobula.actors.runtime.MailboxLimits;
import dev.mobula.actors.runtime.ServiceSpec;
import dev.mobula.actors.runtime.StateKind;
import dev.mobula.actors.transport.Endpoint;
import dev.mobula.testing.Seeds;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// What travels between a driver and the actors it spawns.
final class ActorMessagesTest {
    private static Assignment drawAssignment(SplittableRandom random) {
        int replicas = random.nextInt(1, 5);
        ServiceSpec spec =
                new ServiceSpec(
                        "service-" + random.nextInt(1_000),
                        "dev.mobula.Factory" + random.nextInt(10),
                        drawBytes(random),
                        replicas,
                        random.nextBoolean()
                                ? Map.of()
                                : Map.of("CPU", random.nextDouble(), "é", 0.0),
                        random.nextBoolean() ? Optional.empty() : Optional.of("node-2"),
                        random.nextBoolean() ? List.of() : List.of("-Xmx64m", "-Dtext=ü €"),
                        random.nextInt(-1, 100),
                        random.nextInt(1, 256),
                        new MailboxLimits(
                                random.nextInt(1, 10_000),
                                random.nextLong(1, 1L << 40),
                                random.nextInt(1, 1 << 30),
                                random.nextInt(1, 500),
                                Duration.ofNanos(random.nextLong(1_000_000_000L))),
                        replicas > 1
                                ? StateKind.NONE
                                : List.of(StateKind.values()).get(random.nextInt(3)),
                        random.nextBoolean());
        return new Assignment(spec, random.nextInt(replicas));
    }

    private static Description drawDescription(SplittableRandom random) {
        byte[] key = new byte[32];
        random.nextBytes(key);
        return new Description(
                new Endpoint(drawAddress(random), key),
                "node-" + random.nextInt(9),
                random.nextLong(),
                random.nextInt(1, 1_000),
                random.nextLong(),
                IntStream.range(0, random.nextInt(4)).mapToObj(i -> drawAddress(random)).toList());
    }

    private static Address drawAddress(SplittableRandom random) {
        return new Address("127.0.0." + random.nextInt(1, 255), random.nextInt(1, 65_536));
    }

    private static Health drawHealth(SplittableRandom random) {
        return new Health(
                random.nextLong(), random.nextInt(), "m{a=\"b\"} 1.0\n".repeat(random.nextInt(5)));
    }

    private static byte[] drawBytes(SplittableRandom random) {
        byte[] bytes = new byte[random.nextInt(60)];
        random.nextBytes(bytes);
        return bytes;
    }

    private static <T> void assertDamageIsRefused(
            Codec<T> codec, byte[] message, SplittableRandom random) {
        for (int length = 0; length < message.length; length++) {
            byte[] cut = Arrays.copyOf(message, length);
            assertThatThrownBy(() -> codec.decode(cut))
                    .isInstanceOf(MalformedMessageException.class);
        }
        byte[] longer = Arrays.copyOf(message, message.length + 1);
        assertThatThrownBy(() -> codec.decode(longer))
                .isInstanceOf(MalformedMessageException.class);
        for (int i = 0; i < 50; i++) {
            byte[] changed = message.clone();
            changed[random.nextInt(changed.length)] = (byte) random.nextInt();
            decodeOrRefuse(codec, changed);
            decodeOrRefuse(codec, drawBytes(random));
        }
    }

    private static <T> void decodeOrRefuse(Codec<T> codec, byte[] message) {
        try {
            assertThat(codec.decode(message)).isNotNull();
        } catch (MalformedMessageException refused) {
            assertThat(refused.failure()).isEqualTo(Failure.REFUSED);
        }
    }

    @Test
    void anAssignmentReadsBackAsItWasWritten() {
        Seeds.forAll(
                200,
                random -> {
                    Assignment assignment = drawAssignment(random);
                    Assignment read = Assignment.CODEC.decode(Assignment.CODEC.encode(assignment));
                    assertThat(read).usingRecursiveComparison().isEqualTo(assignment);
                });
    }

    @Test
    void aDescriptionReadsBackAsItWasWritten() {
        Seeds.forAll(
                200,
                random -> {
                    Description description = drawDescription(random);
                    Description read =
                            Description.CODEC.decode(Description.CODEC.encode(description));
                    assertThat(read).usingRecursiveComparison().isEqualTo(description);
                });
    }

    @Test
    void healthReadsBackAsItWasWritten() {
        Seeds.forAll(
                200,
                random -> {
                    Health health = drawHealth(random);
                    assertThat(Health.CODEC.decode(Health.CODEC.encode(health))).isEqualTo(health);
                });
    }

    @Test
    void damagedMessagesAreRefusedAndNothingElse() {
        Seeds.forAll(
                20,
                random -> {
                    assertDamageIsRefused(
                            Assignment.CODEC,
                            Assignment.CODEC.encode(drawAssignment(random)),
                            random);
                    assertDamageIsRefused(
                            Description.CODEC,
                            Description.CODEC.encode(drawDescription(random)),
                            random);
                    assertDamageIsRefused(
                            Health.CODEC, Health.CODEC.encode(drawHealth(random)), random);
                });
    }

    @Test
    void anOutcomeIsTheAnswerOrTheTypedFailure() {
        byte[] answer = {1, 2, 3};
        assertThat(Outcome.require(Outcome.of(() -> answer))).isEqualTo(answer);
        assertThat(Outcome.require(Outcome.of(() -> new byte[0]))).isEmpty();
        for (Failure failure : Failure.values()) {
            byte[] outcome =
                    Outcome.of(
                            () -> {
                                throw new CallException(failure, "because of ü");
                            });
            assertThatThrownBy(() -> Outcome.require(outcome))
                    .isInstanceOfSatisfying(
                            CallException.class,
                            thrown -> assertThat(thrown.failure()).isEqualTo(failure))
                    .hasMessage("because of ü");
        }
        byte[] untyped =
                Outcome.of(
                        () -> {
                            throw new IOException("disk full");
                        });
        assertThatThrownBy(() -> Outcome.require(untyped))
                .isInstanceOfSatisfying(
                        CallException.class,
                        thrown -> assertThat(thrown.failure()).isEqualTo(Failure.APPLICATION))
                .hasMessageContaining("disk full");
    }

    @Test
    void aDamagedOutcomeIsRefused() {
        byte[] whole = Outcome.of(() -> new byte[] {1, 2, 3});
        for (int length = 0; length < whole.length; length++) {
            byte[] cut = Arrays.copyOf(whole, length);
            assertThatThrownBy(() -> Outcome.require(cut))
                    .isInstanceOf(MalformedMessageException.class);
        }
        byte[] longer = Arrays.copyOf(whole, whole.length + 1);
        assertThatThrownBy(() -> Outcome.require(longer))
                .isInstanceOf(MalformedMessageException.class);
        byte[] unknown = new MessageWriter().writeByte(77).writeString("?").toBytes();
        assertThatThrownBy(() -> Outcome.require(unknown))
                .isInstanceOf(MalformedMessageException.class)
                .hasMessageContaining("77");
    }
}
