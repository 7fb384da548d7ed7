package dev.mobula.cluster.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mobula.actors.ledger.Ledgers;
import dev.mobula.actors.notify.DeskParts;
import dev.mobula.actors.notify.NotificationDesk;
import dev.mobula.actors.notify.PriceBoard;
import dev.mobula.actors.notify.PricePlan;
import dev.mobula.actors.notify.PriceSheet;
import dev.mobula.actors.runtime.InJvmCluster;
import dev.mobula.cluster.Chromium;
import dev.mobula.cluster.gateway.Gateway;
import dev.mobula.cluster.gateway.GatewayOptions;
import dev.mobula.ranking.notify.Channel;
import dev.mobula.ranking.notify.ledger.BudgetPolicy;
import dev.mobula.ranking.notify.ledger.Command;
import dev.mobula.ranking.notify.ledger.Reply;
import dev.mobula.ranking.notify.ledger.UserKey;
import dev.mobula.training.price.DayForecast;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.StaleElementReferenceException;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.support.ui.WebDriverWait;

/// The page of budgets in a real browser.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Tag("browser")
final class BudgetPageTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final int SENT = 7;

    @TempDir private static Path state;

    private InJvmCluster cluster;
    private Ledgers ledgers;
    private Gateway gateway;
    private ChromeDriver browser;

    @BeforeAll
    void open() throws IOException {
        Chromium.require();
        cluster = new InJvmCluster(Optional.of(state));
        ledgers = Ledgers.spawn(cluster, "ledger", 2);
        ledgers.putPolicy("default", BudgetPolicy.ofDailyCap(3, ZoneOffset.UTC));
        PriceBoard board = PriceBoard.open(cluster, "prices", System::nanoTime);
        board.publish(sheet());
        NotificationDesk desk =
                new NotificationDesk(DeskParts.of(ledgers, board, 0, InstantSource.system()));
        gateway =
                Gateway.start(
                        GatewayOptions.onLoopback(0),
                        new BudgetRoutes(ledgers, board, desk.keeper(), Optional.empty()).routes(),
                        System::nanoTime);
        browser = Chromium.start();
    }

    @AfterAll
    void close() {
        if (browser != null) {
            browser.quit();
        }
        if (gateway != null) {
            gateway.close();
        }
        if (cluster != null) {
            cluster.close();
        }
    }

    private static PriceSheet sheet() {
        PricePlan plan =
                new PricePlan(
                        Map.of("channel/PUSH", 2_400.0, "type/like", 50.0),
                        DayForecast.flat(9_000).byHour());
        double[] prices = new double[2 + 5 + 1 + 5 * 24 + 1];
        prices[0] = 0.0125;
        return new PriceSheet(
                1,
                System.currentTimeMillis(),
                List.of("like"),
                List.of(),
                1,
                prices,
                1,
                new double[] {0},
                10,
                9.9,
                plan,
                Optional.empty(),
                Optional.empty());
    }

    private void send(long user) {
        Reply reply =
                ledgers.apply(
                                Command.Reserve.of(
                                        new UserKey("default", user),
                                        Channel.PUSH,
                                        "like",
                                        System.currentTimeMillis() + 3_600_000,
                                        "k" + user))
                        .join()
                        .reply();
        Reply.Granted granted = (Reply.Granted) reply;
        ledgers.apply(new Command.BeginSend(granted.id(), granted.fence())).join();
    }

    private String text(String id) {
        return browser.findElement(By.id(id)).getText();
    }

    private void await(String what, String id, String wanted) {
        new WebDriverWait(browser, LIMIT)
                .ignoring(StaleElementReferenceException.class)
                .withMessage(what)
                .until(driver -> text(id).contains(wanted));
    }

    @Test
    void itShowsWhatWasSpentAgainstThePlanWithPricesAndDenials() {
        for (int user = 0; user < SENT; user++) {
            send(user);
        }
        ledgers.apply(
                        Command.Reserve.of(
                                new UserKey("default", 0),
                                Channel.PUSH,
                                "like",
                                System.currentTimeMillis() + 3_600_000,
                                "again"))
                .join();
        browser.get("http://127.0.0.1:" + gateway.port() + "/budget");
        await("what was spent", "channels", SENT + " spent of 2400 planned");
        assertThat(browser.findElements(By.cssSelector("[data-channel=PUSH] .hour"))).hasSize(24);
        assertThat(browser.findElements(By.cssSelector("[data-channel=PUSH] .hour b")))
                .as("a line for the plan of each hour")
                .hasSize(24);
        assertThat(text("prices")).contains("type/like", "0.0125", "channel/PUSH", "2400");
        assertThat(text("sheet")).contains("version 1", "1.01 % below the bound");
        assertThat(text("denials")).contains("min gap", "1");
        assertThat(text("trouble")).isEmpty();
        send(99);
        await("the figures move", "channels", SENT + 1 + " spent");
    }
}
