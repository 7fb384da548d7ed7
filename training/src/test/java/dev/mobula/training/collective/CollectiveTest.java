package dev.mobula.training.collective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.mobula.training.TrainingException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class CollectiveTest {
    @TempDir Path root;

    private List<Collective> peers(String kind, int size, Duration patience) throws IOException {
        return switch (kind) {
            case "threads" -> SharedMemory.group(size, patience);
            case "ring" -> Rings.of(size, patience);
            default -> {
                List<Collective> peers = new ArrayList<>();
                for (int rank = 0; rank < size; rank++) {
                    peers.add(SharedMemory.open(root.resolve("memory"), rank, size, patience));
                }
                yield peers;
            }
        };
    }

    private static float[] numbers(int rank, int count) {
        SplittableRandom random = new SplittableRandom(rank);
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }

    private record Sums(float[] whole, float[] gathered, float[] own) {}

    private static Sums exchange(Collective peer, int count) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment values = arena.allocate(4L * count, 64);
            values.copyFrom(MemorySegment.ofArray(numbers(peer.rank(), count)));
            peer.allReduce(values, count);
            MemorySegment mine = arena.allocate(4L * count, 64);
            mine.copyFrom(MemorySegment.ofArray(numbers(peer.rank(), count)));
            MemorySegment all = arena.allocate(4L * count * peer.size(), 64);
            peer.allGather(mine, all);
            float[] gathered = all.toArray(ValueLayout.JAVA_FLOAT);
            peer.reduceScatter(all, mine);
            return new Sums(
                    values.toArray(ValueLayout.JAVA_FLOAT),
                    gathered,
                    mine.toArray(ValueLayout.JAVA_FLOAT));
        }
    }

    private static List<Sums> exchange(List<Collective> peers, int count) throws Exception {
        List<Future<Sums>> futures = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(peers.size())) {
            for (Collective peer : peers) {
                Callable<Sums> worker = () -> exchange(peer, count);
                futures.add(threads.submit(worker));
            }
        }
        List<Sums> all = new ArrayList<>();
        for (Future<Sums> future : futures) {
            all.add(future.get());
        }
        return all;
    }

    @ParameterizedTest
    @CsvSource({
        "threads,2,1000",
        "threads,3,7",
        "threads,4,2300000",
        "ring,2,1000",
        "ring,2,1400000",
        "ring,3,7",
        "ring,4,100001",
        "ring,5,2",
        "file,2,5000"
    })
    void everyWorkerGetsTheSameSums(String kind, int size, int count) throws Exception {
        List<Collective> peers = peers(kind, size, Duration.ofSeconds(60));
        List<Sums> sums = exchange(peers, count);
        List<Sums> again = exchange(peers, count);
        for (int rank = 0; rank < size; rank++) {
            Sums own = sums.get(rank);
            assertThat(own.whole()).isEqualTo(sums.getFirst().whole());
            assertThat(again.get(rank).whole()).isEqualTo(own.whole());
            for (int i = 0; i < Math.min(count, 2_000); i += 97) {
                double expected = 0;
                for (int other = 0; other < size; other++) {
                    float number = numbers(other, i + 1)[i];
                    expected += number;
                    assertThat(own.gathered()[other * count + i]).isEqualTo(number);
                }
                double ownExpected = (double) size * numbers(rank, i + 1)[i];
                assertThat((double) own.whole()[i]).isCloseTo(expected, within(1e-5));
                assertThat((double) own.own()[i]).isCloseTo(ownExpected, within(1e-5));
            }
        }
        peers.forEach(Collective::close);
    }

    @ParameterizedTest
    @CsvSource({"threads", "ring"})
    void aWorkerThatDoesNotComeEndsTheWaiting(String kind) throws Exception {
        List<Collective> peers = peers(kind, 2, Duration.ofMillis(200));
        assertThatThrownBy(() -> exchange(peers.getFirst(), 100_000))
                .isInstanceOf(TrainingException.class)
                .hasMessageContaining("of 2");
        peers.forEach(Collective::close);
    }

    @Test
    void aWorkerThatLeavesEndsTheWaitingAtOnce() throws Exception {
        List<Collective> peers = peers("ring", 2, Duration.ofSeconds(60));
        peers.getLast().close();
        assertThatThrownBy(() -> exchange(peers.getFirst(), 100_000))
                .isInstanceOf(TrainingException.class);
        peers.getFirst().close();
    }
}
