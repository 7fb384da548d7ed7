package dev.mobula.training.world;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mobula.testing.Seeds;
import dev.mobula.training.TrainingException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// What a world is made of, before anybody lives in it.
final class WorldTest {
    private static final WorldSpec SPEC = WorldSpec.of(5, 3_000, 2_000, 7);
    private static final Pattern LINK = Pattern.compile("https://(deal-\\d+)\\.example/\\d+");

    @Test
    void sizesOutsideTheirRangesAreRefusedByName() {
        assertThatThrownBy(() -> WorldSpec.of(1, 3, 2_000, 7))
                .isInstanceOf(TrainingException.class)
                .hasMessageContaining("users=3");
        assertThatThrownBy(() -> WorldSpec.of(1, 100, 100, 0)).hasMessageContaining("days=0");
        assertThatThrownBy(() -> WorldSpec.of(1, 100, 1_000_000, 366))
                .hasMessageContaining("items=1000000");
        assertThatThrownBy(() -> SPEC.withSpamShare(.7)).hasMessageContaining("spamShare=0.7");
    }

    @Test
    void itemsArePostedInOrderAndStayOnOfferAsLongAsTheShelfHolds() {
        World world = World.create(SPEC);
        for (int item = 1; item < world.items(); item++) {
            assertThat(world.postedSeconds(item))
                    .isGreaterThanOrEqualTo(world.postedSeconds(item - 1));
        }
        Seeds.forAll(
                20,
                random -> {
                    long at = random.nextLong(World.START_SECONDS, world.endSeconds());
                    int first = world.firstItem(at);
                    int end = world.endItem(at);
                    assertThat(end - first).isBetween(SPEC.items() - 2, SPEC.items() + 2);
                    assertThat(world.postedSeconds(first)).isGreaterThanOrEqualTo(at - 7 * 86_400L);
                    assertThat(world.postedSeconds(end - 1)).isLessThan(at);
                });
    }

    @Test
    void equalSpecsMakeEqualWorldsAndOtherSeedsOthers() {
        World one = World.create(SPEC);
        World same = World.create(SPEC);
        World other = World.create(SPEC.withSeed(6));
        assertThat(same.people().taste).isEqualTo(one.people().taste);
        assertThat(same.hiddenItems().vector).isEqualTo(one.hiddenItems().vector);
        assertThat(same.follows(17)).isEqualTo(one.follows(17));
        assertThat(same.text(40)).isEqualTo(one.text(40));
        assertThat(other.people().taste).isNotEqualTo(one.people().taste);
    }

    @Test
    void tastesAndItemsHaveLengthOne() {
        World world = World.create(SPEC);
        for (int user = 0; user < world.users(); user += 37) {
            float[] taste = world.people().taste;
            assertThat(Latent.cosine(taste, user, taste, user)).isBetween(.9999, 1.0001);
        }
    }

    @Test
    void usersFollowTheirOwnCommunityFarMoreThanChanceWould() {
        World world = World.create(SPEC);
        int[] community = world.people().community;
        double[] size = new double[SPEC.communities()];
        for (int user = 0; user < world.users(); user++) {
            size[community[user]] += 1.0 / world.users();
        }
        double byChance = Arrays.stream(size).map(share -> share * share).sum();
        long inside = 0;
        long all = 0;
        for (int user = 0; user < world.users(); user++) {
            for (int author : world.follows(user)) {
                inside += community[author] == community[user] ? 1 : 0;
                all++;
            }
        }
        assertThat((double) inside / all).isGreaterThan(3 * byChance).isBetween(.6, .85);
        assertThat(all / (double) world.users()).isBetween(5.0, 20.0);
    }

    @Test
    void fewAuthorsHaveMostFollowers() {
        World world = World.create(SPEC);
        Map<Integer, Integer> followers = new HashMap<>();
        for (int user = 0; user < world.users(); user++) {
            for (int author : world.follows(user)) {
                followers.merge(author, 1, Integer::sum);
            }
        }
        double[] counts = followers.values().stream().mapToDouble(Integer::doubleValue).toArray();
        assertThat(Gini.of(counts)).isBetween(.45, .9);
    }

    @Test
    void theShareOfSpamIsTheSpecs() {
        for (double share : new double[] {0, .06, .2}) {
            World world = World.create(SPEC.withSpamShare(share));
            long spam = 0;
            for (int item = 0; item < world.items(); item++) {
                spam += world.hiddenItems().isSpam(item) ? 1 : 0;
            }
            double error = 5 * Math.sqrt(share * (1 - share) / world.items());
            assertThat((double) spam / world.items()).isBetween(share - error, share + error);
        }
    }

    @Test
    void aCampaignIsOneTextMutatedBehindOneLinkWithinHours() {
        World world = World.create(SPEC);
        Map<Integer, Set<String>> hosts = new HashMap<>();
        Map<Integer, long[]> spans = new HashMap<>();
        for (int item = 0; item < world.items(); item++) {
            Matcher link = LINK.matcher(world.text(item));
            int campaign = world.hiddenItems().campaign[item];
            assertThat(link.find()).isEqualTo(campaign != Items.NO_CAMPAIGN);
            if (campaign != Items.NO_CAMPAIGN) {
                hosts.computeIfAbsent(campaign, c -> new HashSet<>()).add(link.group(1));
                long at = world.postedSeconds(item);
                spans.merge(
                        campaign,
                        new long[] {at, at},
                        (a, b) -> new long[] {Math.min(a[0], b[0]), Math.max(a[1], b[1])});
            }
        }
        assertThat(hosts.values()).allSatisfy(found -> assertThat(found).hasSize(1));
        assertThat(spans.values())
                .allSatisfy(span -> assertThat(span[1] - span[0]).isLessThanOrEqualTo(43_200));
        assertThat(hosts.size()).isGreaterThan(10);
    }

    @Test
    void honestTextsAreMostlyMadeOfTheirTopicsWords() {
        World world = World.create(SPEC.withSpamShare(0));
        long own = 0;
        long others = 0;
        for (int item = 0; item < 500; item++) {
            Language language = world.language(item);
            List<String> words = List.of(world.text(item).replace(".", "").split(" ", -1));
            for (int topic = 0; topic < Vocabulary.TOPICS.size(); topic++) {
                List<String> known = Vocabulary.TOPICS.get(topic).words(language);
                long found = words.stream().filter(known::contains).count();
                if (topic == world.topic(item)) {
                    own += found;
                } else {
                    others += found;
                }
            }
        }
        assertThat(own).isGreaterThan(2 * others);
    }

    @Test
    void everyTopicHasTenWordsInEveryLanguage() {
        assertThat(Vocabulary.TOPICS).hasSize(16);
        for (Vocabulary.Topic topic : Vocabulary.TOPICS) {
            for (Language language : Language.values()) {
                assertThat(topic.words(language)).as(topic.name()).hasSize(10);
            }
        }
    }
}
