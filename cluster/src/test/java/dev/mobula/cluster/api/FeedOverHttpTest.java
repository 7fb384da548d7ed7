package dev.mobula.cluster.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.mobula.cluster.client.Calls.Event;
import dev.mobula.cluster.client.Calls.ItemRow;
import dev.mobula.cluster.client.MobulaClient.Page;
import dev.mobula.cluster.client.MobulaClient.PageAsk;
import dev.mobula.cluster.engine.SmallEngine;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/// Pages over HTTP, and what users say about them.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class FeedOverHttpTest {
    private static final int ITEMS = 60;

    @TempDir private static Path state;

    private SmallEngine small;

    @BeforeAll
    void start() {
        small = new SmallEngine(state);
        List<ItemRow> items = new ArrayList<>();
        for (int i = 1; i <= ITEMS; i++) {
            items.add(
                    ItemRow.of(i, 100 + i, Map.of("title", "item " + i))
                            .withEmbedding(1 + i / 100f, 0, 0, 0));
        }
        assertThat(small.client.putItems(items).accepted()).isEqualTo(ITEMS);
        assertThat(small.engine.awaitRanked(Duration.ofSeconds(60))).isTrue();
    }

    @AfterAll
    void end() {
        small.close();
    }

    /// On a busy machine a stage may be late, which shortens a page and says so; such a page is asked for again.
    private Page whole(PageAsk ask) {
        long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        Page page = small.client.feed(ask);
        while (!page.degraded().isEmpty() && System.nanoTime() < deadline) {
            page = small.client.feed(ask);
        }
        assertThat(page.degraded()).isEmpty();
        return page;
    }

    @Test
    void whatIsHiddenBlockedOrDeletedIsNotOnTheNextPage() {
        List<Long> first = whole(PageAsk.of(1, 20)).ids();
        assertThat(first).hasSize(20);
        small.client.draw(1, "hidden", first.get(0));
        small.client.draw(1, "blocks", 100 + first.get(1));
        small.client.draw(1, "mutes", 100 + first.get(2));
        small.client.record(List.of(Event.of(1, first.get(3), "view")));
        List<Long> second = whole(PageAsk.of(1, 20)).ids();
        assertThat(second).hasSize(20).doesNotContainAnyElementsOf(first.subList(0, 4));
        small.client.erase(1, "hidden", first.get(0));
        assertThat(whole(PageAsk.of(1, 40)).ids()).contains(first.get(0));
        assertThat(whole(PageAsk.of(2, 20)).ids()).contains(first.get(1));
    }

    @Test
    void cursorsLeadThroughAllItemsWithoutRepeats() {
        HashSet<Long> shown = new HashSet<>();
        Page page = whole(PageAsk.of(3, 15));
        for (int i = 0; i < 3; i++) {
            assertThat(shown).doesNotContainAnyElementsOf(page.ids());
            shown.addAll(page.ids());
            assertThat(page.cursor()).isNotEmpty();
            page = whole(PageAsk.of(3, 15).after(String.valueOf(page.cursor())));
        }
        assertThat(shown).hasSizeGreaterThan(15);
    }

    @Test
    void aLoggedPageIsToldAndItsScoresComeOutTheSameBitForBit() {
        Page page = whole(PageAsk.of(4, 5));
        String id = String.valueOf(page.requestId());
        JsonNode told = small.client.explain(id).orElseThrow();
        List<Long> logged = new ArrayList<>();
        told.at("/page/items").forEach(item -> logged.add(item.get("id").asLong()));
        assertThat(logged).isEqualTo(page.ids());
        JsonNode replay = small.client.explain(id + "?replay=true").orElseThrow().get("replay");
        assertThat(replay.get("places")).hasSize(5);
        replay.get("places")
                .forEach(place -> assertThat(place.get("replayed")).isEqualTo(place.get("logged")));
        assertThat(small.client.explain("0123-no-such-request")).isEmpty();
    }

    @Test
    void aForgottenUserIsUnknownAgain() {
        small.client.draw(5, "follows", 6);
        small.client.record(List.of(Event.of(5, 1, "like")));
        String request = String.valueOf(whole(PageAsk.of(5, 5)).requestId());
        assertThat(small.client.explain(request)).isPresent();
        assertThat(small.client.user(5).get("known").asBoolean()).isTrue();
        small.client.forget(5);
        assertThat(small.client.user(5).get("known").asBoolean()).isFalse();
        assertThat(small.client.user(5).get("events")).isEmpty();
        assertThat(small.client.explain(request)).isEmpty();
    }
}
