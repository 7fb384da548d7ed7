package dev.mobula.actors.metrics;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Joins the Prometheus pages of several processes into one valid page.
public final class MetricsPage {
    /*
     * The text format wants all series of one metric together behind one HELP and one TYPE line.
     * Each page already has that order, so a page is a list of families, and joining is appending
     * the series of equally named families.
     */
    private MetricsPage() {}

    private static final class Family {
        final List<String> head = new ArrayList<>();
        final List<String> series = new ArrayList<>();
    }

    /// One page with every series of the given pages.
    public static String join(List<String> pages) {
        Map<String, Family> families = new LinkedHashMap<>();
        for (String page : pages) {
            read(page, families);
        }
        StringBuilder joined = new StringBuilder();
        for (Family family : families.values()) {
            family.head.forEach(line -> joined.append(line).append('\n'));
            family.series.forEach(line -> joined.append(line).append('\n'));
        }
        return joined.toString();
    }

    private static void read(String page, Map<String, Family> families) {
        String name = "";
        boolean known = false;
        for (String line : page.lines().toList()) {
            if (line.startsWith("# HELP ") || line.startsWith("# TYPE ")) {
                String named = line.split(" ", 4)[2];
                if (!named.equals(name)) {
                    name = named;
                    known = families.containsKey(name);
                }
                if (!known) {
                    families.computeIfAbsent(name, ignored -> new Family()).head.add(line);
                }
            } else if (!line.isBlank() && !line.startsWith("#")) {
                families.computeIfAbsent(name, ignored -> new Family()).series.add(line);
            }
        }
    }
}
