package dev.mobula.ranking.safety;

import dev.mobula.ranking.safety.ScanRequest.Part;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;

/// Judges what goes into a language model and what comes out of it, or any other text, under a client's policy.
///
/// It never throws, whatever the texts hold: what is no request is [ScanReply.Refused]. No window of text is started
/// after the policy's deadline; what was not judged then gets the policy's answer, marked degraded. Any thread may call.
public final class Guard {
    /// The most parts of a request.
    public static final int PARTS_MAX = 64;

    /// The most characters of all parts together.
    public static final int CHARS_MAX = 1 << 20;

    private static final int NAME_CHARS_MAX = 200;

    private final AtomicReference<Line> line;
    private final AtomicReference<AllowList> allowed = new AtomicReference<>(AllowList.EMPTY);
    private final AtomicReference<Signals> signals = new AtomicReference<>(Signals.NONE);
    private final SessionRisk sessions = new SessionRisk();
    private final AtomicBoolean acting = new AtomicBoolean(true);
    private final LongSupplier nanos;
    private final InstantSource clock;

    /// The models in force, which a request reads once, and places to count in.
    private record Line(List<TextModel> models, MetaHeads together, Queue<List<Ngrams>> scratches) {
        static Line of(List<? extends TextModel> models, MetaHeads together) {
            return new Line(List.copyOf(models), together, new ConcurrentLinkedQueue<>());
        }

        List<Ngrams> scratch() {
            List<Ngrams> free = scratches.poll();
            return free == null ? models.stream().map(TextModel::scratch).toList() : free;
        }
    }

    public Guard(List<? extends TextModel> models, LongSupplier nanos, InstantSource clock) {
        line = new AtomicReference<>(Line.of(models, MetaHeads.NONE));
        this.nanos = nanos;
        this.clock = clock;
    }

    /// Puts other models in force, for the requests from now on.
    ///
    /// @param together what weighs their scores with what else is known, under policies that want it
    public void replace(List<? extends TextModel> models, MetaHeads together) {
        line.set(Line.of(models, together));
    }

    /// Names who knows more of texts and their authors.
    public void ask(Signals source) {
        signals.set(source);
    }

    /// Replaces what is vouched for.
    public void allow(AllowList list) {
        allowed.set(list);
    }

    /// The switch that stops every automatic action: scans go on, and all of them allow.
    public void act(boolean on) {
        acting.set(on);
    }

    public boolean acts() {
        return acting.get();
    }

    /// What the models find.
    public Set<String> heads() {
        return models().stream()
                .flatMap(model -> model.heads().stream())
                .collect(Collectors.toUnmodifiableSet());
    }

    /// Watches one output while it is written.
    public StreamGuard stream(ScanPolicy policy) {
        return new StreamGuard(this, policy);
    }

    /// The categories by which a piece of output is to be stopped, as the models have it.
    List<String> stopped(String text, ScanPolicy policy) {
        Part part =
                Part.of(
                        ScanRequest.Kind.TEXT,
                        ScanRequest.Channel.OUTPUT,
                        ScanRequest.Trust.UNTRUSTED,
                        text);
        ScanRequest request = new ScanRequest("", policy.name(), Optional.empty(), List.of(part));
        return switch (scan(request, policy)) {
            case ScanReply.Refused _ -> List.of();
            case ScanReply.Judged judged when judged.wouldBe() != ScanReply.Action.BLOCK ->
                    List.of();
            case ScanReply.Judged judged when !judged.degraded().isEmpty() -> judged.degraded();
            case ScanReply.Judged judged ->
                    judged.evidence().stream()
                            .map(ScanReply.Evidence::category)
                            .filter(heads()::contains)
                            .distinct()
                            .toList();
        };
    }

    /// Judges one request.
    public ScanReply scan(ScanRequest request, ScanPolicy policy) {
        long began = nanos.getAsLong();
        Optional<ScanReply.Refused> refused = refusal(request);
        if (refused.isPresent()) {
            return refused.get();
        }
        List<List<JsonLeaves.Leaf>> leaves = new ArrayList<>();
        for (int i = 0; i < request.parts().size(); i++) {
            Part part = request.parts().get(i);
            if (!part.kind().isJson()) {
                leaves.add(List.of(new JsonLeaves.Leaf("", part.text())));
                continue;
            }
            switch (JsonLeaves.walk(part.text())) {
                case JsonLeaves.Walked.Leaves(List<JsonLeaves.Leaf> found) -> leaves.add(found);
                case JsonLeaves.Walked.Broken(long position, String reason) -> {
                    return new ScanReply.Refused("parts[" + i + "].text", position, reason);
                }
            }
        }
        Line now = line.get();
        List<Ngrams> scratch = now.scratch();
        try {
            Scan scan =
                    new Scan(this, request, policy, now.models(), now.together(), scratch, began);
            return scan.judge(leaves);
        } finally {
            now.scratches().add(scratch);
        }
    }

    private static Optional<ScanReply.Refused> refusal(ScanRequest request) {
        int count = request.parts().size();
        if (count < 1 || count > PARTS_MAX) {
            return refused("parts", -1, count + " parts, must be 1.." + PARTS_MAX);
        }
        int session = request.session().map(String::length).orElse(0);
        if (session > NAME_CHARS_MAX) {
            return refused("session", NAME_CHARS_MAX, "is longer than " + NAME_CHARS_MAX);
        }
        long chars = 0;
        for (int i = 0; i < count; i++) {
            Part part = request.parts().get(i);
            long room = CHARS_MAX - chars;
            chars += part.text().length() + part.schema().map(String::length).orElse(0);
            if (chars > CHARS_MAX) {
                return refused(
                        "parts[" + i + "].text",
                        room,
                        "all parts together must be at most " + CHARS_MAX + " characters");
            }
            if (part.schema().isPresent() && part.kind() != ScanRequest.Kind.TOOL_CALL) {
                return refused("parts[" + i + "].schema", -1, "is for tool calls");
            }
        }
        return Optional.empty();
    }

    private static Optional<ScanReply.Refused> refused(String field, long at, String reason) {
        return Optional.of(new ScanReply.Refused(field, at, reason));
    }

    /// The models in force.
    public List<TextModel> models() {
        return line.get().models();
    }

    AllowList allowed() {
        return allowed.get();
    }

    Signals signals() {
        return signals.get();
    }

    SessionRisk sessions() {
        return sessions;
    }

    InstantSource clock() {
        return clock;
    }

    long now() {
        return nanos.getAsLong();
    }
}
