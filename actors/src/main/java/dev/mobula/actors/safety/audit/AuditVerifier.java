package dev.mobula.actors.safety.audit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/*
 * Every link is hashed anew, so an edited one does not fit the one after it, or the head. What is stored beside a link must
 * match its commitment; what is missing there must be named by a later link that says it was erased. A chain that does not
 * begin at 1 must hold a later link that says up to where it was pruned, and with which hash. What an attacker who owns the
 * store can still do is to rewrite everything from some link on, or to cut the end off: both change the head, so a head
 * that was exported before is not found.
 */
/// Reads a chain from its beginning and finds what was edited, taken out or cut off, trusting nothing but an exported head.
public final class AuditVerifier {
    private static final int FAULTS_MAX = 100;
    private static final JsonMapper JSON = new JsonMapper();

    private final Optional<String> head;
    private final List<String> faults = new ArrayList<>();
    private final Set<Long> missing = new HashSet<>();
    private final Set<Long> erased = new HashSet<>();
    private @Nullable AuditEntry last;
    private long first;
    private String beforeFirst = AuditEntry.NOTHING_BEFORE;
    private boolean pruningShown;
    private boolean headSeen;
    private long entries;

    /// @param head a hash that was the chain's head once
    public AuditVerifier(Optional<String> head) {
        this.head = head;
    }

    /// What was found.
    ///
    /// @param head the hash of the last link
    public record Findings(boolean sound, long entries, String head, List<String> faults) {
        public Findings {
            faults = List.copyOf(faults);
        }
    }

    /// Looks at the next row.
    public void accept(AuditRow row) {
        AuditEntry entry = row.entry();
        AuditEntry before = last;
        if (before == null) {
            first = entry.sequence();
            beforeFirst = entry.previous();
        } else {
            requireFollows(entry, before);
        }
        content(entry, "facts", entry.facts(), row.facts());
        if (!entry.personal().isEmpty()) {
            if (row.personal() == null) {
                missing.add(entry.sequence());
            } else {
                content(entry, "personal content", entry.personal(), row.personal());
            }
        } else if (row.personal() != null) {
            fault(entry, "holds personal content that it does not commit to");
        }
        switch (entry.kind()) {
            case AuditChain.ERASED -> erasure(row);
            case AuditChain.PRUNED -> pruning(row);
            default -> {}
        }
        headSeen |= head.isPresent() && head.get().equals(entry.hash());
        last = entry;
        entries++;
    }

    private void requireFollows(AuditEntry entry, AuditEntry before) {
        if (entry.sequence() != before.sequence() + 1) {
            fault(entry, "follows " + before.sequence() + ": links between are gone");
        }
        if (!entry.previous().equals(before.hash())) {
            fault(entry, "does not hold on to link " + before.sequence() + ", which was edited");
        }
        if (entry.atMillis() < before.atMillis()) {
            fault(entry, "is older than the link before");
        }
    }

    private void content(
            AuditEntry entry, String what, String commitment, @Nullable AuditContent content) {
        if (content == null) {
            fault(entry, what + " are gone");
        } else if (!content.commitment().equals(commitment)) {
            fault(entry, what + " were edited");
        }
    }

    private void erasure(AuditRow row) {
        told(row).path("sequences").forEach(one -> erased.add(one.asLong()));
    }

    private void pruning(AuditRow row) {
        JsonNode told = told(row);
        pruningShown |=
                told.path("first").asLong() == first
                        && told.path("previous").asText().equals(beforeFirst);
        headSeen |= head.isPresent() && head.get().equals(told.path("previous").asText());
    }

    private static JsonNode told(AuditRow row) {
        AuditContent facts = row.facts();
        try {
            return JSON.readTree(facts == null ? "{}" : facts.text());
        } catch (JsonProcessingException edited) {
            return JSON.createObjectNode(); // its commitment shows that it was edited
        }
    }

    private void fault(AuditEntry entry, String what) {
        if (faults.size() < FAULTS_MAX) {
            faults.add("link " + entry.sequence() + " " + what);
        }
    }

    /// After the last row.
    public Findings finish() {
        AuditEntry end = last;
        if (end != null && first != 1 && !pruningShown) {
            faults.add(
                    "links 1 to "
                            + (first - 1)
                            + " are gone and nothing says that they were pruned");
        }
        if (end != null && first == 1 && !beforeFirst.equals(AuditEntry.NOTHING_BEFORE)) {
            faults.add("link 1 holds on to a link before it");
        }
        missing.removeAll(erased);
        missing.stream()
                .sorted()
                .limit(FAULTS_MAX)
                .forEach(
                        sequence ->
                                faults.add(
                                        "link "
                                                + sequence
                                                + " has lost its personal content and nothing says that it was erased"));
        if (head.isPresent() && !headSeen) {
            faults.add(
                    "the head "
                            + head.get()
                            + " is not in the log: it was cut or rewritten since that head was exported");
        }
        return new Findings(
                faults.isEmpty(),
                entries,
                end == null ? AuditEntry.NOTHING_BEFORE : end.hash(),
                faults);
    }
}
