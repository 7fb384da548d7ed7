package dev.mobula.actors.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mobula.testing.Seeds;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

final class MetricsPageTest {
    private static final Pattern SERIES =
            Pattern.compile("([a-zA-Z_:][a-zA-Z0-9_:]*)(\\{[^}]*\\})? (\\S+)");

    /// The series of a page, by family; refuses whatever the text format forbids.
    private static Map<String, Set<String>> parse(String page) {
        Map<String, Set<String>> families = new TreeMap<>();
        Set<String> helped = new HashSet<>();
        Set<String> typed = new HashSet<>();
        String family = "";
        for (String line : page.lines().toList()) {
            if (line.startsWith("# HELP ")) {
                family = line.split(" ", -1)[2];
                assertThat(helped.add(family)).as("second HELP of " + family).isTrue();
            } else if (line.startsWith("# TYPE ")) {
                family = line.split(" ", -1)[2];
                assertThat(typed.add(family)).as("second TYPE of " + family).isTrue();
                assertThat(families).as("TYPE after series").doesNotContainKey(family);
            } else {
                Matcher series = SERIES.matcher(line);
                assertThat(series.matches()).as(line).isTrue();
                assertThat(series.group(1)).as("in its family").startsWith(family);
                Double.parseDouble(series.group(3).replace("+Inf", "Infinity"));
                boolean fresh = families.computeIfAbsent(family, name -> new HashSet<>()).add(line);
                assertThat(fresh).as("twice: " + line).isTrue();
            }
        }
        assertThat(page.isEmpty() || page.endsWith("\n")).isTrue();
        return families;
    }

    private static String drawPage(int process, SplittableRandom random) {
        StringBuilder page = new StringBuilder();
        for (int family = 0; family < 8; family++) {
            if (random.nextInt(3) == 0) {
                continue;
            }
            String name = "family" + family + "_total";
            page.append("# HELP ")
                    .append(name)
                    .append(random.nextBoolean() ? " \n" : " what it is\n");
            page.append("# TYPE ").append(name).append(" counter\n");
            for (int series = random.nextInt(3); series >= 0; series--) {
                page.append(name)
                        .append("{process=\"" + process + "\",n=\"" + series + "\"} ")
                        .append(random.nextInt(100))
                        .append('\n');
            }
        }
        return page.toString();
    }

    @Test
    void theJoinedPageHasTheSeriesOfAllPagesUnderOneHeadEach() {
        Seeds.forAll(
                200,
                random -> {
                    List<String> pages = new ArrayList<>();
                    Map<String, Set<String>> expected = new TreeMap<>();
                    for (int process = random.nextInt(6); process > 0; process--) {
                        String page = random.nextInt(5) == 0 ? "" : drawPage(process, random);
                        pages.add(page);
                        parse(page)
                                .forEach(
                                        (family, series) ->
                                                expected.computeIfAbsent(
                                                                family, name -> new HashSet<>())
                                                        .addAll(series));
                    }
                    assertThat(parse(MetricsPage.join(pages))).isEqualTo(expected);
                });
    }

    @Test
    void pagesOfRealProcessesJoin() {
        List<String> pages = new ArrayList<>();
        int series = 0;
        for (String process : List.of("driver", "items-0", "items-1")) {
            try (ProcessMetrics metrics = new ProcessMetrics(process)) {
                metrics.registry().counter("mobula.calls", "service", process).increment();
                Timer.builder("mobula.call.waiting")
                        .serviceLevelObjectives(Duration.ofMillis(1))
                        .register(metrics.registry())
                        .record(Duration.ofMillis(3));
                pages.add(metrics.page());
                series += parse(metrics.page()).values().stream().mapToInt(Set::size).sum();
            }
        }
        Map<String, Set<String>> joined = parse(MetricsPage.join(pages));
        assertThat(joined.values().stream().mapToInt(Set::size).sum()).isEqualTo(series);
        assertThat(joined.get("mobula_calls_total"))
                .hasSize(3)
                .contains("mobula_calls_total{process=\"items-1\",service=\"items-1\"} 1.0");
        assertThat(joined.get("mobula_process_resident_bytes")).hasSize(3);
    }
}
