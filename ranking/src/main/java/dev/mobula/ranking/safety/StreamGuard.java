package dev.mobula.ranking.safety;

import dev.mobula.ranking.safety.ScanReply.Action;
import dev.mobula.retrieval.canonical.Canonicaliser;
import java.util.ArrayList;
import java.util.List;

/// Watches a model's output while it is written: what leaves was judged together with what follows it.
///
/// The last [#OVERLAP_CHARS] characters are held back, so that a secret that is cut in two by chunks is still one. Spans
/// of the policy's redacted categories are replaced; anything else that is found ends the stream, and so does what a
/// model would block in the last [#JUDGED_CHARS]. In shadow mode, and while the guard's switch is off, all is released as
/// it came and what was found is only told. One thread at a time.
public final class StreamGuard {
    /// Longer than anything that must be recognised, private keys apart: those are held until they end.
    public static final int OVERLAP_CHARS = 256;

    /// How far back models read.
    public static final int JUDGED_CHARS = 512;

    private static final int JUDGED_EVERY_CHARS = 100;
    private static final int PIECE_CHARS = 128;
    private static final int HELD_CHARS_MAX = 16_384;
    private static final String KEY_BEGINS = "-----BEGIN ";

    private final Guard guard;
    private final ScanPolicy policy;
    private final List<String> canaries;
    private final StringBuilder held = new StringBuilder();
    private final StringBuilder recent = new StringBuilder();
    private int unjudged;
    private boolean blocked;

    StreamGuard(Guard guard, ScanPolicy policy) {
        this.guard = guard;
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

        /// Whether nothing may follow.
        public boolean ends() {
            return action == Action.BLOCK;
        }

        /// Both, one after the other.
        public Released and(Released next) {
            List<String> both = new ArrayList<>(found);
            both.addAll(next.found);
            return new Released(text + next.text, action.or(next.action), both);
        }
    }

    /// Takes a chunk, and releases what is far enough from the end.
    public Released push(String chunk) {
        Released all = new Released("", Action.ALLOW, List.of());
        for (int from = 0; from < chunk.length() || from == 0; from += PIECE_CHARS) {
            String piece = chunk.substring(from, Math.min(chunk.length(), from + PIECE_CHARS));
            held.append(piece);
            recent.append(piece);
            recent.delete(0, Math.max(0, recent.length() - JUDGED_CHARS));
            unjudged += piece.length();
            all = all.and(release(Math.max(0, held.length() - OVERLAP_CHARS)));
        }
        return all;
    }

    /// Releases the rest.
    public Released finish() {
        return release(held.length());
    }

    private Released release(int until) {
        boolean silent = policy.shadow() || !guard.acts();
        if (blocked && !silent) {
            held.setLength(0);
            return new Released("", Action.BLOCK, List.of());
        }
        String text = held.toString();
        List<String> found = new ArrayList<>();
        models(until == text.length(), found);
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
        if (silent) {
            blocked = false;
            int stop = Math.min(until, text.length());
            held.delete(0, stop);
            return new Released(text.substring(0, stop), Action.ALLOW, found);
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

    private void models(boolean last, List<String> found) {
        boolean due = unjudged >= JUDGED_EVERY_CHARS || (last && unjudged > 0);
        if (!due || guard.models().isEmpty()) {
            return;
        }
        unjudged = 0;
        List<String> stopped = guard.stopped(recent.toString(), policy);
        found.addAll(stopped);
        blocked |= !stopped.isEmpty();
    }

    private static int beforeOpenKey(String text, int until) {
        int begins = text.lastIndexOf(KEY_BEGINS);
        boolean open = begins >= 0 && text.indexOf("-----END ", begins) < 0;
        return open && text.length() < HELD_CHARS_MAX ? Math.min(until, begins) : until;
    }
}
