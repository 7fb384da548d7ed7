package dev.mobula.training.bundle;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/// What differs between two bundles.
///
/// @param parts lines such as `changed ranker/home: 3 of 4 files`
public record BundleDiff(List<String> parts, List<Metric> metrics, List<String> lineage) {
    public BundleDiff {
        parts = List.copyOf(parts);
        metrics = List.copyOf(metrics);
        lineage = List.copyOf(lineage);
    }

    /// A metric that either has.
    public record Metric(String name, Optional<Double> before, Optional<Double> after) {}

    public static BundleDiff between(Manifest before, Manifest after) {
        List<Metric> metrics = new ArrayList<>();
        Set<String> names = new TreeSet<>(before.evidence().metrics().keySet());
        names.addAll(after.evidence().metrics().keySet());
        for (String name : names) {
            metrics.add(
                    new Metric(
                            name, before.evidence().metric(name), after.evidence().metric(name)));
        }
        return new BundleDiff(parts(before, after), metrics, lineage(before, after));
    }

    private static List<String> parts(Manifest before, Manifest after) {
        List<String> lines = new ArrayList<>();
        for (Manifest.Part was : before.parts()) {
            Optional<Manifest.Part> is = after.part(was.role(), was.name());
            if (is.isEmpty()) {
                lines.add("removed " + was.folder());
            } else if (!is.get().equals(was)) {
                long same = is.get().files().stream().filter(was.files()::contains).count();
                lines.add(
                        "changed %s: %d of %d files"
                                .formatted(
                                        was.folder(),
                                        is.get().files().size() - same,
                                        is.get().files().size()));
            }
        }
        for (Manifest.Part is : after.parts()) {
            if (before.part(is.role(), is.name()).isEmpty()) {
                lines.add("added " + is.folder());
            }
        }
        return lines;
    }

    private static List<String> lineage(Manifest before, Manifest after) {
        List<String> lines = new ArrayList<>();
        Lineage was = before.lineage();
        Lineage is = after.lineage();
        change(lines, "run", was.run(), is.run());
        change(lines, "description", was.description(), is.description());
        change(lines, "code", was.code(), is.code());
        change(lines, "kernels", was.kernels(), is.kernels());
        change(lines, "data", new TreeMap<>(was.data()), new TreeMap<>(is.data()));
        change(lines, "parents", was.parents(), is.parents());
        return lines;
    }

    private static void change(List<String> lines, String what, Object was, Object is) {
        if (!was.equals(is)) {
            lines.add(what + ": " + was + " → " + is);
        }
    }
}
