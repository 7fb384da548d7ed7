package dev.mobula.training.world.spam;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;

/*
 * Accounts come in batches of twelve: half made for it, half bought, a year old and asleep. One post in six is camouflage,
 * an honest text. After every batch of twenty posts the campaign looks at how many are still there; when half are gone it
 * throws text, link and accounts away and disguises itself one step better.
 */
/// One campaign, and what it learns.
final class Spammer {
    private static final int BATCH = 20;
    private static final int ACCOUNTS = 12;
    private static final int CAMOUFLAGE_INVERSE = 6;
    private static final long YEAR_MILLIS = Duration.ofDays(365).toMillis();
    private static final long HOUR_MILLIS = Duration.ofHours(1).toMillis();

    private final int number;
    private final SplittableRandom random;
    private final Map<Long, Long> lasts = new HashMap<>();
    private Disguise disguise = Disguise.NONE;
    private String text;
    private String link;
    private long firstAccount;
    private int posts;
    private int blocked;
    private int adaptations;

    Spammer(int number, SplittableRandom random) {
        this.number = number;
        this.random = random;
        firstAccount = accountsOf(0);
        text = Words.sales(random);
        link = newLink();
    }

    private long accountsOf(int batch) {
        return 1_000_000L * number + (long) ACCOUNTS * batch;
    }

    private String newLink() {
        return "https://deal-" + random.nextInt(1_000_000) + ".example/now";
    }

    SpamPost post(long id, long atMillis) {
        long account = firstAccount + random.nextInt(ACCOUNTS);
        boolean isBought = account % 2 == 0;
        long since = isBought ? atMillis - YEAR_MILLIS : atMillis - HOUR_MILLIS;
        long quiet = atMillis - Objects.requireNonNullElse(lasts.put(account, atMillis), since);
        if (random.nextInt(CAMOUFLAGE_INVERSE) == 0) {
            return new SpamPost(id, account, atMillis, since, quiet, Words.honest(random), 0);
        }
        posts++;
        String said = disguise.apply(text + " " + link, random);
        if (posts % BATCH == 0) {
            learn();
        }
        return new SpamPost(id, account, atMillis, since, quiet, said, number);
    }

    private void learn() {
        if (2 * blocked > BATCH) {
            adaptations++;
            disguise = disguise.next();
            text = Words.sales(random);
            link = newLink();
            firstAccount = accountsOf(adaptations);
        }
        blocked = 0;
    }

    /// One of its posts is gone.
    void wasBlocked() {
        blocked++;
    }

    int adaptations() {
        return adaptations;
    }
}
