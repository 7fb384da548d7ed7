package dev.mobula.training.run;

import dev.mobula.training.durable.DurableFile;
import dev.mobula.training.run.MetricsLog.Entry;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/// One run as a page: what it is, how it went, with a curve for every metric. Needs nothing but itself.
public final class RunReport {
    private static final int WIDTH = 640;
    private static final int HEIGHT = 180;
    private static final int MARGIN_LEFT = 64;
    private static final int MARGIN = 24;
    private static final int POINTS_MAX = 600;
    private static final String STYLE =
            """
            body{font:15px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:46rem;padding:0 1rem;color:#1c2733}
            h1{font-size:1.5rem;margin-bottom:.2rem}h2{font-size:1.05rem;margin:2rem 0 .3rem}
            table{border-collapse:collapse;width:100%}td,th{text-align:left;padding:.15rem .8rem .15rem 0;vertical-align:top}
            td:first-child{color:#5b6b7a;white-space:nowrap}code,pre{font:13px/1.45 ui-monospace,monospace;word-break:break-all}
            pre{background:#f4f6f8;padding:.8rem;overflow-x:auto;word-break:normal}svg{width:100%;height:auto}
            .state{display:inline-block;padding:0 .6rem;border-radius:1rem;background:#e4ebf1}
            .line{fill:none;stroke:#1769aa;stroke-width:1.6}.dot{fill:#1769aa}.axis{stroke:#c9d3dc}text{font-size:11px;fill:#5b6b7a}
            @media(prefers-color-scheme:dark){body{background:#12181f;color:#dde5ec}pre{background:#1b242e}
            .state{background:#2a3744}.line{stroke:#6db3e8}.dot{fill:#6db3e8}.axis{stroke:#33424f}}
            """;

    private RunReport() {}

    /// Writes the report into the run's folder.
    public static void write(RunFolder folder) {
        String page =
                page(folder.require(), MetricsLog.read(folder.path()), folder.descriptionText());
        DurableFile.write(folder.report(), page.getBytes(StandardCharsets.UTF_8));
    }

    static String page(RunRecord record, List<Entry> entries, String description) {
        StringBuilder page = new StringBuilder(1 << 16);
        page.append("<!doctype html><html lang=en><meta charset=utf-8>")
                .append("<meta name=viewport content=\"width=device-width\"><title>")
                .append(escaped(record.id()))
                .append("</title><style>")
                .append(STYLE)
                .append("</style><h1>")
                .append(escaped(record.name()))
                .append("</h1><p><code>")
                .append(escaped(record.id()))
                .append("</code> <span class=state>")
                .append(record.state().name().toLowerCase(Locale.ROOT))
                .append("</span> ")
                .append(escaped(record.message()));
        facts(page, record);
        curves(page, entries);
        page.append("<h2>Description</h2><pre>").append(escaped(description)).append("</pre>");
        return page.append("</html>\n").toString();
    }

    private static void facts(StringBuilder page, RunRecord record) {
        Map<String, String> facts = new TreeMap<>();
        record.metrics().forEach((name, value) -> facts.put(name, number(value)));
        table(page, "Result", facts);
        Map<String, String> lineage = new TreeMap<>();
        lineage.put("task", record.recipe());
        lineage.put("steps", record.stepsDone() + " of " + record.stepsWanted());
        lineage.put("started", record.startedAtUtc());
        lineage.put("ended", record.endedAtUtc());
        lineage.put("description", record.description());
        lineage.put("code", record.code());
        lineage.put("bundle", record.bundle());
        record.data().forEach((name, print) -> lineage.put("data " + name, print));
        record.environment().forEach(lineage::put);
        lineage.values().removeIf(String::isEmpty);
        table(page, "Lineage", lineage);
    }

    private static void table(StringBuilder page, String title, Map<String, String> rows) {
        if (rows.isEmpty()) {
            return;
        }
        page.append("<h2>").append(title).append("</h2><table>");
        rows.forEach(
                (name, value) ->
                        page.append("<tr><td>")
                                .append(escaped(name))
                                .append("<td><code>")
                                .append(escaped(value))
                                .append("</code>"));
        page.append("</table>");
    }

    private static void curves(StringBuilder page, List<Entry> entries) {
        TreeSet<String> names = new TreeSet<>();
        entries.forEach(entry -> names.addAll(entry.values().keySet()));
        for (String name : names) {
            List<double[]> points = new ArrayList<>();
            for (Entry entry : entries) {
                Double value = entry.values().get(name);
                if (value != null) {
                    points.add(new double[] {entry.step(), value});
                }
            }
            curve(page, name, thinned(points));
        }
    }

    /// At most so many points: the mean of each run of neighbours.
    static List<double[]> thinned(List<double[]> points) {
        if (points.size() <= POINTS_MAX) {
            return points;
        }
        List<double[]> means = new ArrayList<>();
        for (int i = 0; i < POINTS_MAX; i++) {
            int from = (int) ((long) points.size() * i / POINTS_MAX);
            int to = (int) ((long) points.size() * (i + 1) / POINTS_MAX);
            double[] mean = new double[2];
            for (double[] point : points.subList(from, to)) {
                mean[0] += point[0] / (to - from);
                mean[1] += point[1] / (to - from);
            }
            means.add(mean);
        }
        return means;
    }

    private static void curve(StringBuilder page, String name, List<double[]> points) {
        double low = points.stream().mapToDouble(point -> point[1]).min().orElse(0);
        double high = points.stream().mapToDouble(point -> point[1]).max().orElse(1);
        double first = points.getFirst()[0];
        double last = points.getLast()[0];
        page.append("<h2>")
                .append(escaped(name))
                .append("</h2><svg viewBox=\"0 0 ")
                .append(WIDTH)
                .append(' ')
                .append(HEIGHT)
                .append("\" role=img aria-label=\"")
                .append(escaped(name))
                .append("\">");
        line(page, MARGIN_LEFT, HEIGHT - MARGIN, WIDTH, HEIGHT - MARGIN);
        line(page, MARGIN_LEFT, 0, MARGIN_LEFT, HEIGHT - MARGIN);
        label(page, MARGIN_LEFT - 6, 12, "end", number(high));
        label(page, MARGIN_LEFT - 6, HEIGHT - MARGIN, "end", number(low));
        label(page, MARGIN_LEFT, HEIGHT - 6, "start", number(first));
        label(page, WIDTH, HEIGHT - 6, "end", "step " + number(last));
        StringBuilder path = new StringBuilder();
        for (double[] point : points) {
            double x = MARGIN_LEFT + share(point[0], first, last) * (WIDTH - MARGIN_LEFT - 4);
            double y = HEIGHT - MARGIN - share(point[1], low, high) * (HEIGHT - MARGIN - 8);
            path.append(path.isEmpty() ? "M" : "L")
                    .append(String.format(Locale.ROOT, "%.1f %.1f", x, y));
            if (points.size() <= 40) {
                page.append(
                        String.format(
                                Locale.ROOT, "<circle class=dot r=2.5 cx=%.1f cy=%.1f />", x, y));
            }
        }
        page.append("<path class=line d=\"").append(path).append("\"/></svg>");
    }

    private static double share(double value, double from, double to) {
        return to > from ? (value - from) / (to - from) : .5;
    }

    private static void line(StringBuilder page, int x1, int y1, int x2, int y2) {
        page.append(
                String.format(
                        Locale.ROOT,
                        "<line class=axis x1=%d y1=%d x2=%d y2=%d />",
                        x1,
                        y1,
                        x2,
                        y2));
    }

    private static void label(StringBuilder page, int x, int y, String anchor, String text) {
        page.append(
                String.format(
                        Locale.ROOT,
                        "<text x=%d y=%d text-anchor=%s>%s</text>",
                        x,
                        y,
                        anchor,
                        escaped(text)));
    }

    private static String number(double value) {
        return value == Math.rint(value) && Math.abs(value) < 1e9
                ? Long.toString((long) value)
                : String.format(Locale.ROOT, "%.5g", value);
    }

    static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
