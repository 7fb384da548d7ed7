package dev.mobula.ranking.notify.ledger;

import dev.mobula.retrieval.store.RecordReader;
import dev.mobula.retrieval.store.RecordWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The policies of each tenant: the one in force and those to come.
final class Policies {
    private static final int VERSION = 1;
    static final int KEPT_MAX = 17;
    private static final int CACHED_MAX = 1_024;

    private record Decoded(byte[] row, List<BudgetPolicy> policies) {}

    private final Map<String, Decoded> cache = new HashMap<>();

    /// The policy in force: the newest version whose time has come.
    BudgetPolicy inForce(Draft draft, String tenant, long now) {
        BudgetPolicy found = null;
        for (BudgetPolicy policy : all(draft, tenant)) {
            if (policy.effectiveAtMillis() <= now) {
                found = policy;
            }
        }
        if (found == null) {
            throw new Refusal(
                    LedgerError.INVALID_ARGUMENT, "tenant=" + tenant + ": has no policy in force");
        }
        return found;
    }

    void put(Draft draft, String tenant, BudgetPolicy policy, long now) {
        List<BudgetPolicy> kept = new ArrayList<>(all(draft, tenant));
        long last = kept.isEmpty() ? 0 : kept.getLast().version();
        if (policy.version() == last && policy.equals(kept.getLast())) {
            return;
        }
        if (policy.version() != last + 1) {
            throw new Refusal(
                    LedgerError.VERSION_CONFLICT,
                    "policy version=%d: the last of tenant %s is %d"
                            .formatted(policy.version(), tenant, last));
        }
        kept.add(policy);
        for (int i = kept.size() - 1; i >= 0; i--) {
            if (kept.get(i).effectiveAtMillis() <= now) {
                kept.subList(0, i).clear();
                break;
            }
        }
        if (kept.size() >= KEPT_MAX) {
            throw new Refusal(
                    LedgerError.OVERLOADED,
                    "policies of tenant " + tenant + " yet to come: at most " + (KEPT_MAX - 1));
        }
        draft.put(Table.POLICY, Keys.name(tenant), encode(kept));
    }

    /// Takes over what another ledger has, unless what is here is as new.
    long copy(Draft draft, String tenant, List<BudgetPolicy> policies) {
        List<BudgetPolicy> held = all(draft, tenant);
        long here = held.isEmpty() ? 0 : held.getLast().version();
        long there = policies.getLast().version();
        if (there > here) {
            draft.put(Table.POLICY, Keys.name(tenant), encode(policies));
        }
        return Math.max(here, there);
    }

    List<BudgetPolicy> all(Draft draft, String tenant) {
        byte[] row = draft.get(Table.POLICY, Keys.name(tenant));
        if (row == null) {
            return List.of();
        }
        Decoded cached = cache.get(tenant);
        if (cached == null || !Arrays.equals(cached.row(), row)) {
            if (cache.size() >= CACHED_MAX) {
                cache.clear();
            }
            cached = new Decoded(row, decode(row, tenant));
            cache.put(tenant, cached);
        }
        return cached.policies();
    }

    private static byte[] encode(List<BudgetPolicy> policies) {
        RecordWriter out = new RecordWriter(VERSION);
        out.writeCount(policies.size());
        policies.forEach(policy -> policy.write(out));
        return out.finish();
    }

    private static List<BudgetPolicy> decode(byte[] row, String tenant) {
        RecordReader in = new RecordReader(row, VERSION, "policies of " + tenant);
        List<BudgetPolicy> policies = new ArrayList<>();
        for (int i = in.readLength(1); i > 0; i--) {
            policies.add(BudgetPolicy.read(in));
        }
        in.finish();
        return List.copyOf(policies);
    }
}
