package dev.mobula.cluster.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mobula.actors.runtime.InJvmCluster;
import dev.mobula.cluster.Chromium;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.Dimension;
import org.openqa.selenium.JavascriptExecutor;
import org.openqa.selenium.WebDriver;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;

/// The demo's page in a real browser.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Tag("browser")
final class DemoPageTest {

    @TempDir private static Path state;

    private InJvmCluster cluster;
    private Demo demo;
    private ChromeDriver browser;

    @BeforeAll
    void open() {
        Chromium.require();
        cluster = new InJvmCluster(Optional.of(state));
        demo = Demo.start(cluster, new DemoSize(1_500, 200, 7), 0, InstantSource.system(), n -> {});
        demo.drive(20);
        browser = Chromium.start();
        browser.manage().window().setSize(new Dimension(1_500, 1_100));
        browser.get("http://127.0.0.1:" + demo.port() + "/");
    }

    @AfterAll
    void close() {
        if (browser != null) {
            browser.quit();
        }
        if (demo != null) {
            demo.close();
        }
        if (cluster != null) {
            cluster.close();
        }
    }

    private void await(String what, Predicate<WebDriver> holds) {
        Chromium.await(browser, what, holds);
    }

    private List<WebElement> lines() {
        return browser.findElements(By.cssSelector("#page li"));
    }

    private String ids() {
        return browser.findElement(By.id("page")).getDomAttribute("data-ids");
    }

    private void setWeight(String name, double weight) {
        ((JavascriptExecutor) browser)
                .executeScript(
                        "const s = document.getElementById(arguments[0]); s.value = arguments[1];"
                                + " s.dispatchEvent(new Event('input'));",
                        "weight-" + name,
                        weight);
    }

    private String text(String id) {
        return browser.findElement(By.id(id)).getText();
    }

    @Test
    void aUsersPageIsShownWithReasonsScoresAndLiveFigures() {
        await("twenty places", driver -> lines().size() == 20);
        WebElement first = lines().getFirst();
        assertThat(first.findElement(By.className("title")).getText()).isNotBlank();
        assertThat(first.findElement(By.className("bars")).getText())
                .contains("similarity", "click", "like", "value");
        assertThat(first.findElement(By.className("tags")).getText()).contains("by ", "item ");
        await("live figures", driver -> text("live").matches("(?s).*pages \\d+.*p95 .* ms.*"));
        String pages = text("live");
        await("the figures move", driver -> !text("live").equals(pages));
        await("readiness", driver -> text("live").contains("ready yes"));
        assertThat(text("trouble")).isEmpty();
    }

    @Test
    void movingAWeightChangesThePageAndTakingItBackRestoresIt() {
        await("twenty places", driver -> lines().size() == 20);
        String served = ids();
        setWeight("similarity", -2);
        await("another page", driver -> !ids().equals(served));
        assertThat(text("under")).isEqualToIgnoringCase("under these weights");
        assertThat(text("expression")).contains("-2 * similarity");
        await("a move", driver -> !driver.findElements(By.className("move")).isEmpty());
        browser.findElement(By.id("reset")).click();
        await("the page as served", driver -> ids().equals(served));
        assertThat(browser.findElements(By.className("move"))).isEmpty();
    }

    @Test
    void choosingAnItemTellsWhyItIsThere() {
        await("twenty places", driver -> lines().size() == 20);
        lines().get(2).click();
        await("a story", driver -> text("why").contains("place 3"));
        assertThat(text("why")).contains("similarity", "quality");
    }

    /// There are some events at most when the turn begins, so it may wait for more of them, and says so.
    @Test
    void theLoopIsAskedToLearnAndTellsHowFarItIs() {
        await("a first word", driver -> text("loop").matches("(Nothing was learned|Turn ).*"));
        browser.findElement(By.id("learn")).click();
        await(
                "a turn",
                driver -> text("loop").matches("Turn 1 (is|was) .*(LEARN|SHADOW|CANARY|done).*"));
        await("the demo's users were heard", driver -> demo.servedToUsers() > 0);
        assertThat(demo.unheardOfUsers()).isZero();
        assertThat(text("trouble")).isEmpty();
    }

    @Test
    void anotherUserGetsAnotherPage() {
        await("twenty places", driver -> lines().size() == 20);
        String first = ids();
        browser.findElement(By.id("next")).click();
        await("another page", driver -> !ids().equals(first));
        browser.findElement(By.id("before")).click();
        await("twenty places", driver -> lines().size() == 20);
        assertThat(text("trouble")).isEmpty();
    }
}
