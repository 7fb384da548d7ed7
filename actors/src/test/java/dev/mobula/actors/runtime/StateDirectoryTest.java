package dev.mobula.actors.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class StateDirectoryTest {
    private static final String SERVICE = "items-0";

    @TempDir private Path root;

    private StateDirectory claim() {
        return StateDirectory.claim(root, SERVICE);
    }

    private static void assertFenced(StateDirectory state) {
        assertThatThrownBy(state::requireOwned)
                .isInstanceOfSatisfying(
                        CallException.class,
                        fenced -> assertThat(fenced.failure()).isEqualTo(Failure.UNAVAILABLE))
                .hasMessageContaining("epoch " + state.epoch());
    }

    private static Object inode(Path file) {
        try {
            return Files.getAttribute(file, "unix:ino");
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private Path epochFile() {
        return root.resolve(SERVICE).resolve("epoch");
    }

    private Set<String> directories() throws IOException {
        try (Stream<Path> entries = Files.list(root.resolve(SERVICE))) {
            Set<String> names = new HashSet<>();
            entries.filter(Files::isDirectory).forEach(path -> names.add(path.getFileName() + ""));
            return names;
        }
    }

    @Test
    void epochsRiseAndTheStateIsTheSame() throws IOException {
        long last = 0;
        for (int i = 0; i < 5; i++) {
            try (StateDirectory state = claim()) {
                assertThat(state.epoch()).isGreaterThan(last);
                last = state.epoch();
                state.requireOwned();
                Path kept = state.path().resolve("kept");
                if (i > 0) {
                    assertThat(kept).hasContent("" + (i - 1));
                }
                Files.writeString(kept, "" + i);
            }
        }
        assertThat(directories()).hasSize(1);
    }

    @Test
    void servicesHaveEachTheirOwnState() {
        try (StateDirectory one = claim();
                StateDirectory other = StateDirectory.claim(root, "items-1")) {
            assertThat(one.path()).isNotEqualTo(other.path());
            one.requireOwned();
            other.requireOwned();
        }
    }

    @Test
    void aNewClaimFencesAnOwnerThatHoldsOn() throws IOException {
        try (StateDirectory old = claim()) {
            Files.writeString(old.path().resolve("log"), "acknowledged");
            try (StateDirectory successor = claim()) {
                assertFenced(old);
                successor.requireOwned();
                assertThat(successor.path()).isNotEqualTo(old.path());
                assertThat(successor.path().resolve("log")).hasContent("acknowledged");
            }
        }
    }

    @Test
    void aClosedDirectoryIsNotOwned() {
        StateDirectory state = claim();
        state.close();
        state.close();
        assertFenced(state);
    }

    @Test
    void theOwnerIsToldOnceThatItHasASuccessor() throws Exception {
        CompletableFuture<Throwable> told = new CompletableFuture<>();
        StateDirectory old = claim();
        old.onSuperseded(
                why -> {
                    assertThat(told.complete(why)).isTrue();
                    old.close();
                });
        try (StateDirectory successor = claim()) {
            assertThat(told.get(60, TimeUnit.SECONDS)).isInstanceOf(CallException.class);
            assertThat(successor.path()).as("no copy: the owner let go").isEqualTo(old.path());
        }
    }

    @Test
    void anOwnerThatClosesIsNotToldOfItsSuccessor() {
        CompletableFuture<Throwable> told = new CompletableFuture<>();
        StateDirectory old = claim();
        old.onSuperseded(told::complete);
        old.close();
        claim().close();
        assertThat(told).isNotDone();
    }

    @Test
    void aFrozenOwnerIsPassedByAndFencedWhenItGoesOn() throws Exception {
        try (StateOwner frozen = StateOwner.start(root, SERVICE)) {
            assertThat(frozen.answer()).isEqualTo("1");
            assertThat(frozen.ask("append one")).isEqualTo("owned");
            frozen.signal("STOP");
            try (StateDirectory successor = claim()) {
                assertThat(successor.epoch()).isEqualTo(2);
                assertThat(successor.path().resolve("journal")).hasContent("one");
                Files.writeString(
                        successor.path().resolve("journal"), ",two", StandardOpenOption.APPEND);
                successor.requireOwned();

                frozen.signal("CONT");
                frozen.order("check");
                List<String> said = List.of(frozen.answer(), frozen.answer());
                assertThat(said).contains(StateOwner.superseded());
                assertThat(said).anyMatch(line -> line.startsWith("UNAVAILABLE fenced: epoch 1"));
                assertThat(successor.path().resolve("journal")).hasContent("one,two");
                successor.requireOwned();
            }
        }
    }

    @Test
    void theLockOfAKilledOwnerIsFreeAtOnce() throws Exception {
        Path owned;
        try (StateOwner killed = StateOwner.start(root, SERVICE)) {
            assertThat(killed.answer()).isEqualTo("1");
            assertThat(killed.ask("append kept")).isEqualTo("owned");
            owned = root.resolve(SERVICE).resolve("state-1");
            killed.signal("KILL");
        }
        try (StateDirectory successor = claim()) {
            assertThat(successor.path()).as("no copy").isEqualTo(owned);
            assertThat(successor.path().resolve("journal")).hasContent("kept");
            assertThat(successor.epoch()).isEqualTo(2);
        }
    }

    @Test
    void filesThatAreWrittenOnceAreLinkedAndOthersCopied() throws IOException {
        try (StateDirectory old = claim()) {
            Files.createDirectories(old.path().resolve("deep/er"));
            List<String> linked = List.of("000001.sst", "graph.snapshot", "deep/er/part.arrow");
            List<String> copied = List.of("MANIFEST", "deep/er/LOG", "000001.sst.tmp");
            Map<String, Object> inodes = new HashMap<>();
            for (String name : Stream.concat(linked.stream(), copied.stream()).toList()) {
                inodes.put(name, inode(Files.writeString(old.path().resolve(name), name)));
            }
            try (StateDirectory successor = claim()) {
                inodes.forEach(
                        (name, inode) -> {
                            Path file = successor.path().resolve(name);
                            assertThat(file).hasContent(name);
                            assertThat(inode(file).equals(inode))
                                    .as(name)
                                    .isEqualTo(linked.contains(name));
                        });
            }
        }
    }

    @Test
    void onlyTheOwnedDirectoryStaysAfterATakeover() throws IOException {
        try (StateDirectory old = claim();
                StateDirectory second = claim();
                StateDirectory third = claim()) {
            assertThat(directories()).containsExactly(third.path().getFileName().toString());
            assertFenced(old);
            assertFenced(second);
        }
    }

    @Test
    void whatAnInterruptedTakeoverLeftIsClearedAway() throws IOException {
        claim().close();
        Path leftover = root.resolve(SERVICE).resolve("state-2.partial");
        Files.createDirectories(leftover.resolve("half"));
        Files.writeString(leftover.resolve("half/000001.sst"), "torn");
        Files.writeString(root.resolve(SERVICE).resolve("epoch.next"), "torn");
        try (StateDirectory state = claim()) {
            assertThat(state.epoch()).isEqualTo(2);
            assertThat(directories()).containsExactly("state-1");
        }
    }

    @Test
    void aDamagedEpochFileIsAClearErrorAndIsLeftAlone() throws IOException {
        claim().close();
        byte[] sound = Files.readAllBytes(epochFile());
        for (int length = 0; length < sound.length - 1; length++) {
            assertDamageIsNamed(Arrays.copyOf(sound, length));
        }
        for (int at = 0; at < sound.length - 1; at++) {
            byte[] changed = sound.clone();
            changed[at] ^= 0x11;
            assertDamageIsNamed(changed);
            changed[at] = (byte) 0xFF;
            assertDamageIsNamed(changed);
        }
        Files.write(epochFile(), sound);
        try (StateDirectory state = claim()) {
            assertThat(state.epoch()).isEqualTo(2);
        }
    }

    private void assertDamageIsNamed(byte[] damaged) throws IOException {
        Files.write(epochFile(), damaged);
        assertThatThrownBy(this::claim)
                .isInstanceOf(CallException.class)
                .hasMessageContaining(epochFile() + " is damaged")
                .hasMessageContaining(SERVICE);
        assertThat(Files.readAllBytes(epochFile())).isEqualTo(damaged);
    }

    @Test
    void anOwnerThatCannotReadTheEpochConfirmsNothing() throws IOException {
        try (StateDirectory state = claim()) {
            byte[] sound = Files.readAllBytes(epochFile());
            Files.write(epochFile(), "?".getBytes(StandardCharsets.UTF_8));
            assertThatThrownBy(state::requireOwned)
                    .isInstanceOf(CallException.class)
                    .hasMessageContaining("cannot confirm");
            Files.delete(epochFile());
            assertFenced(state);
            Files.write(epochFile(), sound);
            state.requireOwned();
        }
    }

    @Test
    void aRootThatIsNoDirectoryIsAClearError() throws IOException {
        Path file = Files.writeString(root.resolve("file"), "");
        assertThatThrownBy(() -> StateDirectory.claim(file, SERVICE))
                .isInstanceOf(CallException.class)
                .hasMessageContaining(SERVICE)
                .hasMessageContaining(file.toString());
    }

    @Test
    void aServiceThatDoesNotStartLeavesItsStateToTheNext() {
        Home home =
                new Home(
                        "here",
                        "127.0.0.1",
                        Optional.of(root),
                        Optional.empty(),
                        new InJvmCluster(Optional.empty()),
                        new SimpleMeterRegistry());
        for (Class<? extends ServiceFactory> broken :
                List.of(Probe.BrokenFactory.class, Unlinked.class)) {
            ServiceSpec spec = ServiceSpec.named(SERVICE, broken).state(StateKind.LOCAL).build();
            assertThatThrownBy(() -> ServiceHost.start(spec, 0, 0, home, crash -> {}))
                    .isInstanceOf(CallException.class)
                    .hasMessageContaining(SERVICE);
        }
        try (StateDirectory state = claim()) {
            assertThat(state.path().getFileName()).as("no copy").hasToString("state-1");
        }
        home.cluster().close();
    }

    /// Fails as a service does whose native library is not there.
    public static final class Unlinked implements ServiceFactory {
        @Override
        public Service start(ServiceContext context) {
            throw new UnsatisfiedLinkError("no rocksdbjni in java.library.path");
        }
    }
}
