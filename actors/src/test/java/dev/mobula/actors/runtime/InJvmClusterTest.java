package dev.mobula.actors.runtime;

import static dev.mobula.actors.runtime.Probe.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class InJvmClusterTest {
    abstract static class InJvm extends ClusterContract {
        @TempDir private Path state;
        private InJvmCluster cluster;

        abstract boolean copyingMessages();

        @BeforeEach
        void open() {
            cluster = new InJvmCluster(Optional.of(state), copyingMessages());
        }

        @AfterEach
        void close() {
            cluster.close();
        }

        @Override
        protected Cluster cluster() {
            return cluster;
        }
    }

    @Nested
    final class HandingMessagesOver extends InJvm {
        @Override
        boolean copyingMessages() {
            return false;
        }
    }

    @Nested
    final class CopyingMessages extends InJvm {
        @Override
        boolean copyingMessages() {
            return true;
        }

        @Test
        void aServiceThatChangesItsRequestChangesNothingOfItsCaller() {
            ServiceRef probe = spawnProbe();
            byte[] mine = bytes("a");
            byte[] changed = ask(probe, Probe.SCRIBBLE, mine);
            assertThat(mine).isEqualTo(bytes("a"));
            assertThat(changed).isEqualTo(bytes("b"));
        }
    }
}
