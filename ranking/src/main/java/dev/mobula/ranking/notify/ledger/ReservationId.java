package dev.mobula.ranking.notify.ledger;

/// The name of a reservation; it says whose it is, so that it finds its shard.
public record ReservationId(UserKey owner, long serial) {
    /// Reads what [#toString] wrote.
    public static ReservationId parse(String text) {
        int serialAt = text.lastIndexOf('~');
        int userAt = text.lastIndexOf('~', serialAt - 1);
        if (userAt < 1) {
            throw Names.invalid("reservationId", text, "must be tenant~user~serial");
        }
        try {
            return new ReservationId(
                    new UserKey(
                            text.substring(0, userAt),
                            Long.parseLong(text, userAt + 1, serialAt, 10)),
                    Long.parseLong(text, serialAt + 1, text.length(), 10));
        } catch (NumberFormatException notNumbers) {
            throw Names.invalid("reservationId", text, "must be tenant~user~serial");
        }
    }

    @Override
    public String toString() {
        return owner.tenant() + "~" + owner.user() + "~" + serial;
    }
}
