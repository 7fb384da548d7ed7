package dev.mobula.ranking.safety;

import dev.mobula.ranking.safety.ScanReply.Action;
import dev.mobula.retrieval.canonical.Canonicaliser;
import java.util.ArrayList;
import java.util.List;

/// Watches a model's output while it is written: what leaves was judged together with what follows it.
///
/// The last [#OVERLAP_CHARS] characters are held back, so that a secret that is cut in two by chunks is still one. Spans
/// of the policy's redacted categories are replaced; anything else that is found ends the stream. One thread at a time.
public final class StreamGuard {
    /// Longer than anything that must be recognised, private keys apart: those are held until they end.
    public static final int OVERLAP_CHARS = 256;

    private static final int HELD_CHARS_MAX = 16_384;
    private static final String KEY_BEGINS = "-----BEGIN ";

    private final ScanPolicy policy;
    private final List<String> canaries;
    private final StringBuilder held = new StringBuilder();
    private boolean blocked;

    public StreamGuard(ScanPolicy policy) {
        this.policy = policy;
        this.canaries = policy.canaries().stream().map(c -> Canonicaliser.read(c).text()).toList();
    }

    /// What may be shown now.
    ///
    /// @param action `BLOCK` ends the stream: nothing follows, and what was held is gone
    public record Released(String text, Action action, List<String> found) {
        public Released {
            found = List.copyOf(found);
        }
    }

    /// Takes a chunk, and releases what is far enough from the end.
    public Released push(String chunk) {
        held.append(chunk);
        return release(Math.max(0, held.length() - OVERLAP_CHARS));
    }

    /// Releases the rest.
    public Released finish() {
        return release(held.length());
    }

    private Released release(int until) {
        if (blocked) {
            held.setLength(0);
            return new Released("", Action.BLOCK, List.of());
        }
        String text = held.toString();
        List<String> found = new ArrayList<>();
        List<SensitiveSpans.Found> cuts = new ArrayList<>();
        boolean whole = until == text.length();
        int end = whole ? until : beforeOpenKey(text, until);
        for (SensitiveSpans.Found one : SensitiveSpans.find(text)) {
            boolean known =
                    one.category().equals(SensitiveSpans.EXFILTRATION)
                            && policy.hosts().contains(one.what());
            if (known) {
                continue;
            }
            if (!policy.redacted().contains(one.category())) {
                found.add(one.what());
                blocked = true;
            } else if (one.start() < end) {
                cuts.add(one);
                found.add(one.what());
                // What reaches the end may go on in the next chunk.
                boolean open =
                        !whole && one.end() == text.length() && text.length() < HELD_CHARS_MAX;
                end = open ? one.start() : Math.max(end, one.end());
            }
        }
        String canonical = Canonicaliser.read(text).text();
        for (String canary : canaries) {
            blocked |= canonical.contains(canary);
        }
        if (blocked) {
            held.setLength(0);
            found.add("the stream was ended");
            return new Released("", Action.BLOCK, found);
        }
        int stop = end;
        cuts.removeIf(one -> one.end() > stop);
        held.delete(0, stop);
        Action action = cuts.isEmpty() ? Action.ALLOW : Action.REDACT;
        return new Released(Scan.cut(text.substring(0, stop), cuts), action, found);
    }

    private static int beforeOpenKey(String text, int until) {
        int begins = text.lastIndexOf(KEY_BEGINS);
        boolean open = begins >= 0 && text.indexOf("-----END ", begins) < 0;
        return open && text.length() < HELD_CHARS_MAX ? Math.min(until, begins) : until;
    }
}
