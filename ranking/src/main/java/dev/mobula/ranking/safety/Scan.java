package dev.mobula.ranking.safety;

import dev.mobula.ranking.safety.ScanReply.Action;
import dev.mobula.ranking.safety.ScanReply.Evidence;
import dev.mobula.ranking.safety.ScanRequest.Channel;
import dev.mobula.ranking.safety.ScanRequest.Kind;
import dev.mobula.ranking.safety.ScanRequest.Part;
import dev.mobula.ranking.safety.ScanRequest.Trust;
import dev.mobula.retrieval.canonical.Canonical;
import dev.mobula.retrieval.canonical.Canonicaliser;
import dev.mobula.retrieval.canonical.Sign;
import dev.mobula.retrieval.canonical.Span;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// One request being judged.
final class Scan {
    /// A longer text is scored window by window, each overlapping the next by half.
    static final int WINDOW_CHARS = 1_024;

    private static final int EVIDENCE_MAX = 100;
    private static final int BORROWED_CHARS_MIN = 12;
    private static final double OBFUSCATION_UNIT = 8;
    private static final long NANOS_PER_MICRO = 1_000;

    private final Guard guard;
    private final ScanRequest request;
    private final ScanPolicy policy;
    private final List<TextModel> models;
    private final MetaHeads together;
    private final Map<String, Weighed> weighed = new TreeMap<>();
    private final List<Ngrams> scratch;
    private final long began;
    private final long deadline;
    private final Map<String, Double> scores = new TreeMap<>();
    private final List<Evidence> evidence = new ArrayList<>();
    private final Map<Integer, List<SensitiveSpans.Found>> cuts = new HashMap<>();
    private final List<String> degraded = new ArrayList<>();
    private final StringBuilder trusted = new StringBuilder();
    private final StringBuilder said = new StringBuilder();
    private final StringBuilder foreign = new StringBuilder();
    private Action action = Action.ALLOW;
    private double turn;

    Scan(
            Guard guard,
            ScanRequest request,
            ScanPolicy policy,
            List<TextModel> models,
            MetaHeads together,
            List<Ngrams> scratch,
            long began) {
        this.guard = guard;
        this.request = request;
        this.policy = policy;
        this.models = models;
        this.together = policy.together() ? together : MetaHeads.NONE;
        this.scratch = scratch;
        this.began = began;
        this.deadline = began + policy.deadlineMicros() * NANOS_PER_MICRO;
    }

    /// The text's word for a head that more than the text decides.
    private record Weighed(
            double score, int part, JsonLeaves.Leaf leaf, Span span, Action said, String model) {}

    ScanReply judge(List<List<JsonLeaves.Leaf>> leaves) {
        for (int part = 0; part < leaves.size(); part++) {
            for (JsonLeaves.Leaf leaf : leaves.get(part)) {
                if (late(part)) {
                    break;
                }
                leaf(part, leaf);
            }
            tool(part);
        }
        together();
        session();
        boolean silent = policy.shadow() || !guard.acts();
        return new ScanReply.Judged(
                silent ? Action.ALLOW : action,
                action,
                scores,
                evidence,
                redacted(silent),
                models.stream().map(TextModel::version).toList(),
                policy.version(),
                degraded,
                (guard.now() - began) / NANOS_PER_MICRO);
    }

    /// Whether the deadline has passed; then what is left gets the policy's answer.
    private boolean late(int part) {
        if (guard.now() < deadline) {
            return false;
        }
        if (degraded.isEmpty()) {
            degraded.add("deadline: not all was judged, from part " + part + " on");
            action = action.or(policy.failOpen() ? Action.ALLOW : Action.BLOCK);
        }
        return true;
    }

    private void leaf(int number, JsonLeaves.Leaf leaf) {
        Part part = request.parts().get(number);
        boolean leaves = part.channel() == Channel.OUTPUT || part.kind() == Kind.TOOL_CALL;
        if (leaves) {
            sensitive(number, leaf);
        }
        Canonical canonical = Canonicaliser.read(leaf.text());
        remember(part, canonical.text());
        canaries(number, leaf, canonical, leaves);
        if (guard.allowed().vouched(canonical.text(), guard.clock().instant()).isPresent()) {
            return;
        }
        obfuscation(number, leaf, canonical);
        boolean counts = part.trust() == Trust.UNTRUSTED && part.channel() != Channel.OUTPUT;
        if (counts && !together.heads().isEmpty() && said.length() < WINDOW_CHARS) {
            said.append(said.isEmpty() ? "" : " ")
                    .append(leaf.text(), 0, Math.min(WINDOW_CHARS, leaf.text().length()));
        }
        for (Canonical reading : canonical.readings()) {
            models(number, leaf, reading, counts);
        }
    }

    private void remember(Part part, String canonical) {
        if (part.kind() == Kind.TOOL_CALL || part.channel() == Channel.OUTPUT) {
            return;
        }
        boolean own = part.trust() == Trust.TRUSTED || part.channel() == Channel.INPUT;
        (own ? trusted : foreign).append(canonical).append('\n');
    }

    private void models(int number, JsonLeaves.Leaf leaf, Canonical reading, boolean counts) {
        int length = reading.text().length();
        int step = WINDOW_CHARS / 2;
        for (int from = 0; from == 0 || from + step < length; from += step) {
            if (late(number)) {
                return;
            }
            int to = Math.min(length, from + WINDOW_CHARS);
            CharSequence window = reading.text().subSequence(from, to);
            for (int i = 0; i < models.size(); i++) {
                TextModel model = models.get(i);
                double[] margins = new double[model.heads().size()];
                model.margins(window, scratch.get(i), margins);
                for (int head = 0; head < margins.length; head++) {
                    double score = model.calibrated(head, margins[head]);
                    turn = counts ? Math.max(turn, score) : turn;
                    Span span = reading.source(from, to);
                    modelScore(number, leaf, model, head, score, span);
                }
            }
        }
    }

    private void modelScore(
            int number, JsonLeaves.Leaf leaf, TextModel model, int head, double score, Span span) {
        String category = model.heads().get(head);
        scores.merge(category, score, Math::max);
        ScanPolicy.Limit limit = policy.limits().get(category);
        OperatingPoint point = model.points().get(category);
        Action said = Action.ALLOW;
        if (limit != null) {
            said = act(score, limit);
        } else if (point != null && point.acts(score)) {
            said = Action.BLOCK;
        }
        if (together.heads().containsKey(category)) {
            Weighed one = new Weighed(score, number, leaf, span, said, model.version());
            weighed.merge(category, one, (old, now) -> now.score() > old.score() ? now : old);
        } else if (said != Action.ALLOW) {
            found(said, category, number, leaf, span.start(), span.end(), score, model.version());
        }
    }

    /// The heads that more than the text decides. Past the deadline the text's word stands.
    private void together() {
        if (weighed.isEmpty()) {
            return;
        }
        long left = deadline - guard.now();
        if (left <= 0) {
            degraded.add("deadline: the text was judged alone");
        }
        Map<String, Double> known = new HashMap<>(request.signals());
        if (left > 0) {
            known.putAll(guard.signals().of(request.actor(), said.toString(), left));
        }
        for (Map.Entry<String, Weighed> one : weighed.entrySet()) {
            String category = one.getKey();
            Weighed text = one.getValue();
            MetaHeads.Head head = together.heads().get(category);
            Action decided = text.said();
            double score = text.score();
            String by = text.model();
            if (left > 0 && head != null) {
                known.put(MetaHeads.TEXT, text.score());
                score = head.model().score(known);
                scores.put(category + ":text", text.score());
                scores.put(category, score);
                by = head.model().version();
                ScanPolicy.Limit limit = policy.limits().get(category);
                Action own = head.point().acts(score) ? Action.BLOCK : Action.ALLOW;
                decided = limit == null ? own : act(score, limit);
            }
            if (decided != Action.ALLOW) {
                Span span = text.span();
                found(
                        decided,
                        category,
                        text.part(),
                        text.leaf(),
                        span.start(),
                        span.end(),
                        score,
                        by);
            }
        }
    }

    private static Action act(double score, ScanPolicy.Limit limit) {
        if (score >= limit.block()) {
            return Action.BLOCK;
        }
        return score >= limit.review() ? Action.REVIEW : Action.ALLOW;
    }

    private void found(
            Action said,
            String category,
            int part,
            JsonLeaves.Leaf leaf,
            int start,
            int end,
            double score,
            String what) {
        action = action.or(said);
        if (evidence.size() < EVIDENCE_MAX) {
            evidence.add(new Evidence(category, part, leaf.pointer(), start, end, score, what));
        }
    }

    private void sensitive(int number, JsonLeaves.Leaf leaf) {
        for (SensitiveSpans.Found one : SensitiveSpans.find(leaf.text())) {
            boolean known =
                    one.category().equals(SensitiveSpans.EXFILTRATION)
                            && policy.hosts().contains(one.what());
            if (known) {
                continue;
            }
            scores.put(one.category(), 1.0);
            boolean redact = policy.redacted().contains(one.category());
            // Inside JSON a cut could change what the rest means, so it is held back whole.
            boolean cut = redact && leaf.pointer().isEmpty();
            Action said = cut ? Action.REDACT : Action.BLOCK;
            if (cut) {
                cuts.computeIfAbsent(number, n -> new ArrayList<>()).add(one);
            }
            found(said, one.category(), number, leaf, one.start(), one.end(), 1, one.what());
        }
    }

    private void canaries(int number, JsonLeaves.Leaf leaf, Canonical canonical, boolean leaves) {
        for (int i = 0; leaves && i < policy.canaries().size(); i++) {
            String canary = Canonicaliser.read(policy.canaries().get(i)).text();
            for (Canonical reading : canonical.readings()) {
                int at = reading.text().indexOf(canary);
                if (at >= 0 && !canary.isEmpty()) {
                    Span span = reading.source(at, at + canary.length());
                    scores.put("canary", 1.0);
                    String what = "canary " + i;
                    found(Action.BLOCK, "canary", number, leaf, span.start(), span.end(), 1, what);
                }
            }
        }
    }

    private void obfuscation(int number, JsonLeaves.Leaf leaf, Canonical canonical) {
        double traces = 0;
        for (Sign sign : Sign.values()) {
            double weight =
                    switch (sign) {
                        case TAG, BIDI, ENCODED, CONTROL -> 1;
                        case INVISIBLE, UNPAIRED, SPACED, SELECTOR -> .5;
                        case CONFUSABLE, COMPATIBILITY, LEET -> .25;
                        case MARK, REPEATED -> 0;
                    };
            traces += weight * canonical.count(sign);
        }
        double score = 1 - Math.exp(-traces / OBFUSCATION_UNIT);
        scores.merge("obfuscation", score, Math::max);
        ScanPolicy.Limit limit = policy.limits().get("obfuscation");
        Action said = limit == null ? Action.ALLOW : act(score, limit);
        if (said != Action.ALLOW) {
            int end = leaf.text().length();
            found(said, "obfuscation", number, leaf, 0, end, score, "signs of disguise");
        }
    }

    /// The arguments of a tool call: as the schema has them, and not taken over from where nobody may give orders.
    private void tool(int number) {
        Part part = request.parts().get(number);
        if (part.kind() != Kind.TOOL_CALL || !degraded.isEmpty()) {
            return;
        }
        part.schema()
                .ifPresent(
                        schema -> {
                            for (ToolArguments.Problem problem :
                                    ToolArguments.check(part.text(), schema)) {
                                scores.put("tool-arguments", 1.0);
                                JsonLeaves.Leaf at = new JsonLeaves.Leaf(problem.pointer(), "");
                                found(
                                        Action.BLOCK,
                                        "tool-arguments",
                                        number,
                                        at,
                                        0,
                                        0,
                                        1,
                                        problem.reason());
                            }
                        });
        if (JsonLeaves.walk(part.text()) instanceof JsonLeaves.Walked.Leaves(var leaves)) {
            leaves.forEach(leaf -> borrowed(number, leaf));
        }
    }

    private void borrowed(int number, JsonLeaves.Leaf leaf) {
        String canonical = Canonicaliser.read(leaf.text()).text();
        if (canonical.length() >= BORROWED_CHARS_MIN
                && foreign.indexOf(canonical) >= 0
                && trusted.indexOf(canonical) < 0) {
            scores.put("borrowed-argument", 1.0);
            int end = leaf.text().length();
            String what = "stands in an untrusted part, and in no other";
            found(Action.REVIEW, "borrowed-argument", number, leaf, 0, end, 1, what);
        }
    }

    private void session() {
        request.session()
                .ifPresent(
                        name -> {
                            SessionRisk.State state =
                                    guard.sessions().turn(request.client(), name, turn);
                            scores.put("session-average", state.average());
                            scores.put("session-sum", state.sum());
                            if (state.isRisky()) {
                                action = action.or(Action.REVIEW);
                                String what =
                                        String.format(
                                                Locale.ROOT,
                                                "risk adds up over %d turns",
                                                state.turns());
                                evidence.add(
                                        new Evidence("session", -1, "", 0, 0, state.sum(), what));
                            }
                        });
    }

    private List<Optional<String>> redacted(boolean silent) {
        List<Optional<String>> texts = new ArrayList<>();
        for (int i = 0; i < request.parts().size(); i++) {
            List<SensitiveSpans.Found> own = cuts.getOrDefault(i, List.of());
            texts.add(
                    own.isEmpty() || silent
                            ? Optional.empty()
                            : Optional.of(cut(request.parts().get(i).text(), own)));
        }
        return texts;
    }

    /// A text with spans, in order, replaced by what they were.
    static String cut(String text, List<SensitiveSpans.Found> spans) {
        StringBuilder left = new StringBuilder(text.length());
        int at = 0;
        for (SensitiveSpans.Found span : spans) {
            left.append(text, at, span.start()).append('[').append(span.what()).append(']');
            at = span.end();
        }
        return left.append(text, at, text.length()).toString();
    }
}
