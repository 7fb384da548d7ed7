package dev.mobula.training.world;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// What items say: generated when asked for, always the same.
///
/// An honest text mixes its topic's words with a few of its second topic's and what stands between. The texts of one
/// spam campaign are one text, of which every copy changes a few words, behind one link.
final class Texts {
    private static final int WORDS_LEAST = 9;
    private static final int WORDS_MORE = 14;
    private static final int SPAM_WORDS = 11;
    private static final double TOPIC_SHARE = .5;
    private static final double SECOND_SHARE = .12;
    private static final double MUTATION_SHARE = .15;
    private static final long TITLE = 1;
    private static final long BODY = 2;

    private final long key;
    private final Items items;

    Texts(long key, Items items) {
        this.key = key;
        this.items = items;
    }

    String title(int item) {
        Noise noise = new Noise(Noise.key(Noise.key(key, item), TITLE));
        Language language = items.language[item];
        List<String> topic = Vocabulary.TOPICS.get(items.topic[item]).words(language);
        List<String> words = new ArrayList<>();
        words.add(any(items.isSpam(item) ? Vocabulary.spam(language) : topic, noise));
        words.add(any(Vocabulary.phrases(language), noise));
        words.add(any(topic, noise));
        return sentence(words);
    }

    String body(int item) {
        return items.isSpam(item) ? spam(item) : honest(item);
    }

    private String honest(int item) {
        Noise noise = new Noise(Noise.key(Noise.key(key, item), BODY));
        Language language = items.language[item];
        List<String> words = new ArrayList<>();
        int count = WORDS_LEAST + noise.below(WORDS_MORE);
        for (int i = 0; i < count; i++) {
            double kind = noise.uniform();
            if (kind < TOPIC_SHARE) {
                words.add(any(Vocabulary.TOPICS.get(items.topic[item]).words(language), noise));
            } else if (kind < TOPIC_SHARE + SECOND_SHARE) {
                words.add(any(Vocabulary.TOPICS.get(items.second[item]).words(language), noise));
            } else {
                words.add(any(Vocabulary.phrases(language), noise));
            }
        }
        return sentence(words) + ".";
    }

    private String spam(int item) {
        Noise campaign = new Noise(Noise.key(~key, items.campaign[item]));
        Noise copy = new Noise(Noise.key(Noise.key(key, item), BODY));
        Language language = items.language[item];
        List<String> words = new ArrayList<>();
        for (int i = 0; i < SPAM_WORDS; i++) {
            List<String> from =
                    i % 3 == 2 ? Vocabulary.phrases(language) : Vocabulary.spam(language);
            String original = any(from, campaign);
            words.add(copy.chance(MUTATION_SHARE) ? any(from, copy) : original);
        }
        int site = Math.floorMod(campaign.next(), 10_000);
        return sentence(words) + "! https://deal-" + site + ".example/" + copy.below(1_000);
    }

    private static String any(List<String> words, Noise noise) {
        return words.get(noise.below(words.size()));
    }

    private static String sentence(List<String> words) {
        String text = String.join(" ", words);
        return text.substring(0, 1).toUpperCase(Locale.ROOT) + text.substring(1);
    }
}
