package dev.mobula.cluster.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mobula.actors.runtime.InJvmCluster;
import dev.mobula.actors.safety.Subject;
import dev.mobula.actors.safety.review.Decision;
import dev.mobula.actors.safety.review.ReviewDesk;
import dev.mobula.cluster.Chromium;
import java.nio.file.Path;
import java.time.Duration;
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
import org.openqa.selenium.WebDriver;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;

/// The page to work the review queue, in a real browser.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Tag("browser")
final class ReviewPageTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    @TempDir private static Path state;

    private InJvmCluster cluster;
    private Demo demo;
    private ChromeDriver browser;

    @BeforeAll
    void open() {
        Chromium.require();
        cluster = new InJvmCluster(Optional.of(state));
        demo = Demo.start(cluster, new DemoSize(300, 20, 7), 0, InstantSource.system(), n -> {});
        browser = Chromium.start();
        browser.get("http://127.0.0.1:" + demo.port() + "/review");
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

    private String text(String id) {
        return browser.findElement(By.id(id)).getText();
    }

    private void type(String id, String words) {
        WebElement field = browser.findElement(By.id(id));
        field.clear();
        field.sendKeys(words);
    }

    private void press(String action) {
        browser.findElement(By.cssSelector("[data-action=" + action + "]")).click();
    }

    private List<String> labelsOf(Subject subject) {
        return demo
                .engine()
                .safety()
                .labels()
                .of(List.of(subject), LIMIT)
                .join()
                .getOrDefault(subject, List.of())
                .stream()
                .map(label -> label.label())
                .toList();
    }

    @Test
    void aReviewerTakesACaseDecidesItAndAnotherUpholdsTheAppeal() {
        ReviewDesk desk = demo.engine().safety().review();
        Subject account = Subject.account(77_001);
        desk.report(new ReviewDesk.Report(2, account, "spam", "<b>buy</b> now", 1));
        await("the case waits", driver -> text("queue").contains("spam account:77001"));
        type("reviewer", "jo");
        browser.findElement(By.id("next")).click();
        await("the case is held", driver -> text("subject").equals("account:77001"));
        assertThat(text("evidence")).contains("<b>buy</b> now", "report:2");
        await("others see who holds it", driver -> text("queue").contains("held by jo"));
        type("label", "two words");
        press("label");
        await("a refusal", driver -> text("trouble").contains("label=two words"));
        type("label", "spam");
        type("reason", "sells to strangers");
        press("label");
        await("a statement", driver -> text("statement").contains("sells to strangers"));
        assertThat(text("statement")).contains("\"spam\"", "You may appeal");
        assertThat(labelsOf(account)).containsExactly("spam");
        long decision =
                Long.parseLong(text("statement").replaceFirst("(?s)Decision (\\d+) .*", "$1"));
        desk.appeal(decision, 77_001, "that was a gift");
        type("reviewer", "al");
        browser.findElement(By.id("next")).click();
        await("the appeal", driver -> text("appeal").contains("that was a gift"));
        press("uphold");
        await("taken back", driver -> text("statement").contains("all of this was taken back"));
        assertThat(labelsOf(account)).isEmpty();
        assertThat(desk.decision(decision).state()).isEqualTo(Decision.State.REVERSED);
        await("the record", driver -> text("deciders").contains("jo: 1 decisions, 1 appeals, 1"));
    }
}
