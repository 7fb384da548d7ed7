package dev.mobula.ranking.notify.ledger;

/// A person as one tenant knows them: what a budget belongs to.
public record UserKey(String tenant, long user) {
    public UserKey {
        Names.plain("tenant", tenant);
    }

    @Override
    public String toString() {
        return tenant + "/" + user;
    }
}
