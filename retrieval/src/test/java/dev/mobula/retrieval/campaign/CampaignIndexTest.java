package dev.mobula.retrieval.campaign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mobula.retrieval.RetrievalException;
import dev.mobula.retrieval.canonical.Canonicaliser;
import dev.mobula.testing.Seeds;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CampaignIndexTest {
    private static final long DAY = Duration.ofDays(1).toMillis();
    private static final long YEAR = 365 * DAY;
    private static final String[] WORDS =
            ("harbour engine winter tea garden bridge music letter window river stone paper cloud "
                            + "market village painter journey silver candle forest winner prize click offer")
                    .split(" ");

    @TempDir private Path folder;

    private static String words(SplittableRandom random, int count) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < count; i++) {
            text.append(WORDS[random.nextInt(WORDS.length)])
                    .append(random.nextInt(1_000))
                    .append(' ');
        }
        return Canonicaliser.read(text.toString()).text();
    }

    /// With a tenth of its words changed.
    private static String mutated(String text, SplittableRandom random) {
        String[] words = text.split(" ", -1);
        for (int i = 0; i < words.length; i++) {
            if (random.nextInt(10) == 0) {
                words[i] = WORDS[random.nextInt(WORDS.length)];
            }
        }
        return String.join(" ", words);
    }

    private static Post post(long id, long account, long at, long age, long quiet, String text) {
        return post(id, account, at, age, quiet, text, List.of());
    }

    private static Post post(
            long id, long account, long at, long age, long quiet, String text, List<String> links) {
        return new Post(id, account, at, age, quiet, text, links);
    }

    @Test
    void mutatedTextsOfNewOrSleepingAccountsAreOneSuspiciousCampaignThatVariantsInherit() {
        Seeds.forAll(
                5,
                random -> {
                    CampaignIndex index = new CampaignIndex(CampaignSettings.DEFAULT);
                    String text = words(random, 20);
                    Set<Long> planted = new HashSet<>();
                    for (int i = 0; i < 300; i++) {
                        boolean isPlanted = i % 10 == 0;
                        String said = isPlanted ? mutated(text, random) : words(random, 20);
                        boolean sleeps = i % 20 == 0;
                        long age = sleeps || !isPlanted ? YEAR : DAY;
                        List<String> links = isPlanted ? List.of("bad.example/win") : List.of();
                        long quiet = sleeps ? YEAR : 0;
                        index.add(post(i, 1_000 + i / 2, i * 60_000L, age, quiet, said, links));
                        if (isPlanted) {
                            planted.add((long) i);
                        }
                    }
                    List<Campaign> found = index.suspicious(10);
                    assertThat(found).hasSize(2); // by their text, and by their link
                    assertThat(planted).containsAll(found.getFirst().posts());
                    assertThat(found.getFirst().postsCount()).isGreaterThan(24);
                    assertThat(found.getFirst().accountsCount()).isGreaterThan(24);
                    assertThat(found.getFirst().links()).containsExactly("bad.example/win");
                    assertThat(found.getFirst().reasons()).hasSize(4);
                    assertThat(index.like(mutated(text, random)))
                            .hasValueSatisfying(one -> assertThat(one.isSuspicious()).isTrue());
                    assertThat(index.like(words(random, 20))).isEmpty();
                });
    }

    @Test
    void textsWrittenAnewAreFoundByTheirLinkAndALinkThatManyShareIsNone() {
        SplittableRandom random = new SplittableRandom(2);
        CampaignIndex index = new CampaignIndex(CampaignSettings.DEFAULT);
        for (int i = 0; i < 200; i++) {
            boolean isPlanted = i % 10 == 0;
            List<String> links =
                    isPlanted
                            ? List.of("bad.example/win", "news.example")
                            : List.of("news.example");
            long age = isPlanted ? DAY : YEAR;
            index.add(post(i, i / 2, i * 1_000L, age, 0, words(random, 20), links));
        }
        assertThat(index.suspicious(9)).hasSize(1);
        assertThat(index.of(190).orElseThrow().isSuspicious()).isTrue();
        assertThat(index.of(190).orElseThrow().postsCount()).isEqualTo(20);
        assertThat(index.of(191).orElseThrow().isSuspicious()).isFalse();
    }

    @Test
    void whatManyOldAccountsPassOnIsNoCampaign() {
        SplittableRandom random = new SplittableRandom(1);
        CampaignIndex index = new CampaignIndex(CampaignSettings.DEFAULT);
        String joke = words(random, 20);
        CampaignIndex.Seen last = index.add(post(0, 0, 0, YEAR, DAY, joke));
        for (int i = 1; i < 500; i++) {
            last = index.add(post(i, i, i * 1_000L, YEAR, DAY, mutated(joke, random)));
        }
        assertThat(last.posts()).isGreaterThan(400);
        assertThat(last.isSuspicious()).isFalse();
        assertThat(index.suspicious(10)).isEmpty();
    }

    /// What the index says against what comparing all pairs that are remembered says.
    @Test
    void clustersAreThoseOfAllPairsInTheWindowWhateverIsForgotten() {
        Seeds.forAll(
                4,
                random -> {
                    CampaignSettings settings = new CampaignSettings(.5, 1_000, 64, 3, 5, .5);
                    CampaignIndex index = new CampaignIndex(settings);
                    List<Post> all = new ArrayList<>();
                    List<String> texts =
                            List.of(words(random, 15), words(random, 15), words(random, 15));
                    for (int i = 0; i < 400; i++) {
                        boolean isKnown = random.nextInt(3) > 0;
                        String text = isKnown ? texts.get(random.nextInt(3)) : words(random, 15);
                        Post one = post(i, i % 7, i * 10L, DAY, 0, text);
                        all.add(one);
                        CampaignIndex.Seen seen = index.add(one);
                        List<Post> live = all.subList(Math.max(0, all.size() - 64), all.size());
                        long same =
                                live.stream()
                                        .filter(other -> other.canonicalText().equals(text))
                                        .count();
                        assertThat((long) seen.posts()).isEqualTo(same);
                        assertThat(index.size()).isEqualTo(live.size());
                    }
                    assertThat(index.add(all.getLast()).posts())
                            .isEqualTo(index.of(all.getLast().id()).orElseThrow().postsCount());
                    assertThat(index.of(3)).isEmpty();
                    index.add(post(9_999, 1, 1_000_000, DAY, 0, "later"));
                    assertThat(index.size()).isEqualTo(1);
                    assertThat(index.suspicious(5)).isEmpty();
                });
    }

    @Test
    void linksHaveOneFormAndAListKnowsThemTheirHostsAndLikeMedia() throws IOException {
        assertThat(
                        Links.of(
                                "see HTTPS://WWW.Bad.example/win?utm_source=x&id=3#top, or bad.example/win?id=3!"))
                .containsExactly("bad.example/win?id=3");
        assertThat(Links.of("no link. at all")).isEmpty();
        BulkList links = BulkList.ofLinks(List.of("http://evil.example", "ok.example/bad"));
        Path file = folder.resolve("links");
        links.write(file);
        BulkList loaded = BulkList.load(file);
        assertThat(loaded.size()).isEqualTo(2);
        assertThat(loaded.hasLink("https://www.sub.evil.example/a?b#c")).isTrue();
        assertThat(loaded.hasLink("ok.example/bad/")).isTrue();
        assertThat(loaded.hasLink("ok.example/good")).isFalse();
        assertThat(loaded.hasLink("notevil.example")).isFalse();
        assertThat(loaded.hasMedium(1, 0)).isFalse();
        BulkList media = BulkList.ofMedia(0xFFFF_0000_FFFF_0000L, 7);
        assertThat(media.hasMedium(0xFFFF_0000_FFFF_0001L, 1)).isTrue();
        assertThat(media.hasMedium(0xFFFF_0000_FFFF_0003L, 1)).isFalse();
        byte[] bytes = Files.readAllBytes(file);
        Seeds.forAll(
                50,
                random -> {
                    byte[] damaged = bytes.clone();
                    damaged[random.nextInt(damaged.length)] ^= (byte) (1 << random.nextInt(8));
                    Path bad = Files.write(folder.resolve("bad"), damaged);
                    assertThatThrownBy(() -> BulkList.load(bad))
                            .isInstanceOf(RetrievalException.class);
                });
    }
}
