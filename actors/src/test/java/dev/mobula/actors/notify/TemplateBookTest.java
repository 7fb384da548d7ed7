package dev.mobula.actors.notify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.mobula.actors.runtime.InJvmCluster;
import dev.mobula.retrieval.store.RowStore;
import dev.mobula.retrieval.store.StoreOptions;
import java.io.BufferedReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(180)
final class TemplateBookTest {
    private static final List<String> TEMPLATES = List.of("question", "number", "plain");
    private static final long DAY = Duration.ofDays(1).toMillis();
    private static final TemplateBook.Limits WIDE = TemplateBook.Limits.DEFAULT;

    @TempDir Path folder;

    /// A process that chooses and rewards until it is killed: it says what was acknowledged.
    public static void main(String[] arguments) {
        try (InJvmCluster cluster = new InJvmCluster(Optional.of(Path.of(arguments[0])))) {
            LearnedWording wording = LearnedWording.open(cluster, "templates");
            for (int i = 0; ; i++) {
                Wording.Chosen chosen = wording.choose("d" + i, i, TEMPLATES, 1_000);
                System.out.println("chosen " + i + " " + chosen);
                if (i % 2 == 0) {
                    wording.rewarded("d" + i);
                    System.out.println("rewarded " + i);
                }
            }
        }
    }

    private <T> T inStore(Path at, TemplateBook.Limits limits, Function<TemplateBook, T> what) {
        try (RowStore rows =
                RowStore.open(StoreOptions.at(at), "templates", TemplateBook.FAMILIES, () -> {})) {
            return rows.submit(batch -> what.apply(new TemplateBook(batch, limits)), 1).join();
        }
    }

    @Test
    void theTemplateThatWorksIsDrawnMoreOftenAndItsProbabilityIsTold() {
        SplittableRandom random = new SplittableRandom(5);
        int[] early = new int[3];
        int[] late = new int[3];
        double[] told = new double[1];
        int rounds = 6_000;
        inStore(
                folder,
                WIDE,
                book -> {
                    for (int i = 0; i < rounds; i++) {
                        String decision = "d" + i;
                        Wording.Chosen chosen =
                                book.choose(decision, 1_000L + i, TEMPLATES, i * DAY / 1_000);
                        int at = TEMPLATES.indexOf(chosen.template());
                        if (random.nextDouble() < (at == 1 ? 0.3 : 0.1)) {
                            book.rewarded(decision);
                        }
                        early[at] += i < 500 ? 1 : 0;
                        late[at] += i >= rounds - 1_000 ? 1 : 0;
                        boolean counts = i >= rounds - 1_000 && at == 1;
                        told[0] += counts ? chosen.probability() / 1_000 : 0;
                    }
                    return true;
                });
        assertThat(early[1]).as("nothing is known at first").isBetween(120, 210);
        assertThat(late[1]).isGreaterThan(800);
        assertThat(late[1] / 1_000.0).isCloseTo(told[0] / (late[1] / 1_000.0), within(0.05));
    }

    @Test
    void whoSawATemplateLatelyGetsAnotherAndItRecovers() {
        assertThat(sameAgain(1)).isLessThan(100);
        assertThat(sameAgain(120 * DAY)).isBetween(280, 390);
    }

    /// Of a thousand people, how many get the same template again after a time.
    private int sameAgain(long later) {
        return inStore(
                folder.resolve("after" + later),
                WIDE,
                book -> {
                    int same = 0;
                    for (long user = 0; user < 1_000; user++) {
                        String first = book.choose("a" + user, user, TEMPLATES, 0).template();
                        String next = book.choose("b" + user, user, TEMPLATES, later).template();
                        same += next.equals(first) ? 1 : 0;
                    }
                    return same;
                });
    }

    @Test
    void whatIsKeptStaysWithinItsLimitsAndAPersonIsForgottenWhole() {
        TemplateBook.Limits narrow = new TemplateBook.Limits(50, 80, 20);
        long[] sizes =
                inStore(
                        folder,
                        narrow,
                        book -> {
                            for (int i = 0; i < 2_000; i++) {
                                List<String> two = List.of("t" + i % 100, "u" + i % 90);
                                book.choose("d" + i, i, two, i);
                            }
                            return book.sizes();
                        });
        assertThat(sizes[0]).isBetween(40L, 50L);
        assertThat(sizes[1]).isBetween(70L, 80L);
        assertThat(sizes[2]).isBetween(10L, 20L);
        long[] after =
                inStore(
                        folder,
                        narrow,
                        book -> {
                            book.forget(1_999);
                            assertThat(book.rewarded("d1999")).isFalse();
                            assertThat(book.rewarded("d1998")).isTrue();
                            return book.sizes();
                        });
        assertThat(after[0]).isEqualTo(sizes[0] - 2);
        assertThat(after[1]).isEqualTo(sizes[1] - 1);
    }

    @Test
    void everyAcknowledgedChoiceAndRewardSurvivesKillNine() throws Exception {
        Map<Integer, String> chosen = new HashMap<>();
        int rewarded = runAndKill(chosen);
        assertThat(chosen).hasSizeGreaterThan(100);
        try (InJvmCluster cluster = new InJvmCluster(Optional.of(folder))) {
            Wording wording = LearnedWording.open(cluster, "templates");
            Wording other = LearnedWording.open(cluster, "templates");
            chosen.forEach(
                    (i, said) -> {
                        if (i % 2 != 0) {
                            assertThat(wording.choose("d" + i, i, TEMPLATES, 2_000))
                                    .hasToString(said)
                                    .isEqualTo(other.choose("d" + i, i, TEMPLATES, 2_000));
                        }
                    });
        }
        long[] sizes = inStore(rows(), WIDE, TemplateBook::sizes);
        assertThat(sizes[0]).isBetween((long) chosen.size() - rewarded - 1, chosen.size() + 1L);
        assertThat(sizes[2]).isEqualTo(TEMPLATES.size());
    }

    private Path rows() throws Exception {
        try (Stream<Path> all = Files.walk(folder)) {
            return all.filter(file -> file.endsWith("CURRENT"))
                    .map(Path::getParent)
                    .findFirst()
                    .orElseThrow();
        }
    }

    private int runAndKill(Map<Integer, String> chosen) throws Exception {
        Process child =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "--enable-native-access=ALL-UNNAMED",
                                "-XX:TieredStopAtLevel=1",
                                "-cp",
                                System.getProperty("java.class.path"),
                                TemplateBookTest.class.getName(),
                                folder.toString())
                        .redirectError(ProcessBuilder.Redirect.DISCARD)
                        .start();
        int rewarded = 0;
        try (BufferedReader lines = child.inputReader(StandardCharsets.UTF_8)) {
            String line;
            while ((line = lines.readLine()) != null) {
                String[] words = line.split(" ", 3);
                if (words[0].equals("rewarded")) {
                    rewarded++;
                } else if (words[0].equals("chosen") && words[2].endsWith("]")) {
                    chosen.put(Integer.parseInt(words[1]), words[2]);
                }
                if (chosen.size() == 200) {
                    child.toHandle().destroyForcibly();
                }
            }
        } finally {
            child.toHandle().destroyForcibly();
        }
        assertThat(child.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(child.exitValue()).as("killed by signal 9").isEqualTo(128 + 9);
        return rewarded;
    }

    @Test
    void whileTheServiceIsAwayEveryTemplateIsDrawnAlike() {
        try (InJvmCluster cluster = new InJvmCluster(Optional.of(folder))) {
            LearnedWording wording = LearnedWording.open(cluster, "templates");
            assertThat(wording.choose("x", 1, List.of(), 5)).isEqualTo(Wording.Chosen.NONE);
            assertThat(wording.choose("y", 1, List.of("only"), 5).probability()).isEqualTo(1);
            wording.forget(1);
            cluster.stop(cluster.lookup("templates").orElseThrow());
            Wording.Chosen even = wording.choose("z", 1, TEMPLATES, 5);
            assertThat(even.probability()).isCloseTo(1 / 3.0, within(1e-12));
            assertThat(even).isEqualTo(Wording.EVEN.choose("z", 1, TEMPLATES, 5));
            wording.rewarded("z");
        }
    }
}
