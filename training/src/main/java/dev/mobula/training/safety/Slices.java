package dev.mobula.training.safety;

import dev.mobula.ranking.safety.Ngrams;
import dev.mobula.ranking.safety.OperatingPoint;
import dev.mobula.ranking.safety.TextModel;
import dev.mobula.retrieval.canonical.Canonicaliser;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/// How often harmless texts of one kind are taken for bad ones: by length, by script, and where people are named by what
/// they are.
public final class Slices {
    private static final int SHORT_CHARS = 60;
    private static final int LONG_CHARS = 300;
    private static final double Z_95 = 1.959964;
    private static final Pattern WORD = Pattern.compile("[\\p{L}]+");
    private static final Set<String> IDENTITIES =
            Set.of(
                    "women",
                    "woman",
                    "men",
                    "girl",
                    "girls",
                    "boy",
                    "boys",
                    "black",
                    "white",
                    "asian",
                    "african",
                    "muslim",
                    "muslims",
                    "islam",
                    "jew",
                    "jews",
                    "jewish",
                    "christian",
                    "christians",
                    "catholic",
                    "hindu",
                    "gay",
                    "gays",
                    "lesbian",
                    "trans",
                    "transgender",
                    "queer",
                    "immigrant",
                    "immigrants",
                    "refugee",
                    "refugees",
                    "mexican",
                    "arab",
                    "arabs",
                    "indian",
                    "chinese",
                    "deaf",
                    "blind",
                    "disabled",
                    "autistic",
                    "old",
                    "elderly");

    private Slices() {}

    /// One kind of harmless texts, and the share of them that a head acts on with its 95 % interval.
    public record Slice(
            String head, String name, int texts, double share, double lower, double upper) {}

    /// The slices of every head that has an operating point.
    public static List<Slice> of(TextModel model, TextTargets held) {
        Map<String, Predicate<String>> kinds = new LinkedHashMap<>();
        kinds.put("all", text -> true);
        kinds.put("short", text -> text.length() <= SHORT_CHARS);
        kinds.put("long", text -> text.length() > LONG_CHARS);
        kinds.put("mostly other letters", Slices::isForeign);
        kinds.put("names who people are", Slices::hasIdentity);
        List<Slice> slices = new ArrayList<>();
        Ngrams scratch = model.scratch();
        double[][] scores = new double[held.size()][];
        for (int i = 0; i < scores.length; i++) {
            scores[i] = model.score(Canonicaliser.read(held.texts().get(i)), scratch);
        }
        for (int head = 0; head < held.heads().size(); head++) {
            String name = held.heads().get(head);
            OperatingPoint point = model.points().get(name);
            int place = model.heads().indexOf(name);
            if (point == null || place < 0) {
                continue;
            }
            for (Map.Entry<String, Predicate<String>> kind : kinds.entrySet()) {
                int texts = 0;
                int acted = 0;
                for (int i = 0; i < scores.length; i++) {
                    boolean harmless = held.isKnown(i, head) && held.of(i, head) <= .5;
                    if (harmless && kind.getValue().test(held.texts().get(i))) {
                        texts++;
                        acted += point.acts(scores[i][place]) ? 1 : 0;
                    }
                }
                slices.add(slice(name, kind.getKey(), texts, acted));
            }
        }
        return slices;
    }

    private static Slice slice(String head, String name, int texts, int acted) {
        if (texts == 0) {
            return new Slice(head, name, 0, Double.NaN, 0, 1);
        }
        double p = (double) acted / texts;
        double z2 = Z_95 * Z_95;
        double centre = (p + z2 / (2 * texts)) / (1 + z2 / texts);
        double radius =
                Z_95
                        * Math.sqrt(p * (1 - p) / texts + z2 / (4.0 * texts * texts))
                        / (1 + z2 / texts);
        return new Slice(
                head, name, texts, p, Math.max(0, centre - radius), Math.min(1, centre + radius));
    }

    private static boolean isForeign(String text) {
        long letters = text.codePoints().filter(Character::isLetter).count();
        long foreign = text.codePoints().filter(c -> c > 0x7F && Character.isLetter(c)).count();
        return foreign * 2 > letters;
    }

    private static boolean hasIdentity(String text) {
        return WORD.matcher(Canonicaliser.read(text).text())
                .results()
                .anyMatch(found -> IDENTITIES.contains(found.group()));
    }
}
