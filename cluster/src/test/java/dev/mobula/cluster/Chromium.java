package dev.mobula.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Predicate;
import org.openqa.selenium.StaleElementReferenceException;
import org.openqa.selenium.WebDriver;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.support.ui.WebDriverWait;

/// The real browser of the tests of pages. Where there is none they are skipped, unless the environment's CI says that it
/// must be there.
public final class Chromium {
    private static final Path BROWSER = Path.of("/usr/bin/chromium");
    private static final Path DRIVER = Path.of("/usr/bin/chromedriver");
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private Chromium() {}

    /// To be asked before anything is started for a test.
    public static void require() {
        boolean there = Files.isExecutable(BROWSER) && Files.isExecutable(DRIVER);
        assumeTrue(there || System.getenv("CI") != null, "Chromium is not installed here");
        assertThat(there).as("CI needs " + BROWSER + " and " + DRIVER).isTrue();
    }

    /// Starts it without a window. To be quit.
    public static ChromeDriver start() {
        ChromeOptions options = new ChromeOptions();
        options.setBinary(BROWSER.toFile());
        options.addArguments("--headless=new", "--no-sandbox", "--disable-dev-shm-usage");
        return new ChromeDriver(
                new ChromeDriverService.Builder().usingDriverExecutable(DRIVER.toFile()).build(),
                options);
    }

    /// Waits until something holds on the page.
    public static void await(WebDriver browser, String what, Predicate<WebDriver> holds) {
        new WebDriverWait(browser, LIMIT)
                .ignoring(StaleElementReferenceException.class)
                .withMessage(what)
                .until(holds::test);
    }
}
