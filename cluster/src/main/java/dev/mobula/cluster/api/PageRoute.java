package dev.mobula.cluster.api;

import dev.mobula.cluster.gateway.Answer;
import dev.mobula.cluster.gateway.Route;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;

/// Pages to look at in a browser: `GET /`, a user's feed with its reasons and scores, and weights to move; `GET /review`,
/// the queue of what people are to look at.
///
/// Each is one file without anything from elsewhere, and asks the gateway's own operations.
public final class PageRoute {
    private static final String FORM = "text/html; charset=utf-8";

    private final String page = read("page.html");
    private final String review = read("review.html");

    /// A page that lies beside this class.
    static String read(String name) {
        try (InputStream in = PageRoute.class.getResourceAsStream(name)) {
            return new String(
                    Objects.requireNonNull(in, name).readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException broken) {
            throw new IllegalStateException(name + " cannot be read from our jar", broken);
        }
    }

    public List<Route> routes() {
        return List.of(
                Route.open("/", exchange -> Answer.text(FORM, page)),
                Route.open("/review", exchange -> Answer.text(FORM, review)));
    }
}
