package dev.mobula.cluster.client;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/*
 * Every call of the engine may be made twice without harm: reads change nothing, writes set what they say, and events
 * carry their ids. So a try without an answer is repeated like one that was answered "later". Chunks of a stream are
 * the exception.
 */
/// Tries, pauses and turns answers into values or problems.
final class Http implements AutoCloseable {
    private static final Duration PAUSE_MAX = Duration.ofSeconds(10);

    /// Waits; a constructor argument so that tests need not.
    @FunctionalInterface
    interface Pauses {
        void sleep(Duration pause) throws InterruptedException;
    }

    private final ClientOptions options;
    private final HttpClient client;
    private final Pauses pauses;
    private final RandomGenerator random;
    private final JsonMapper json =
            JsonMapper.builder().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();

    Http(ClientOptions options, Pauses pauses, RandomGenerator random) {
        this.options = options;
        this.pauses = pauses;
        this.random = random;
        HttpClient.Builder builder = HttpClient.newBuilder().connectTimeout(options.timeout());
        options.trust().ifPresent(builder::sslContext);
        client = builder.build();
    }

    /// Asks, and reads the answer.
    <T> T ask(String method, String path, @Nullable Object body, Class<T> form) {
        return read(tell(method, path, body, options.triesMax()), method, path, form);
    }

    /// Asks for what must not be done twice.
    <T> T askOnce(String method, String path, @Nullable Object body, Class<T> form) {
        return read(tell(method, path, body, 1), method, path, form);
    }

    private <T> T read(byte[] answer, String method, String path, Class<T> form) {
        try {
            return json.readValue(answer, form);
        } catch (IOException unread) {
            throw new ClientException(method + " " + path, unread);
        }
    }

    /// Asks until there is an answer that is worth no further try.
    byte[] tell(String method, String path, @Nullable Object body) {
        return tell(method, path, body, options.triesMax());
    }

    private byte[] tell(String method, String path, @Nullable Object body, int triesMax) {
        HttpRequest request = request(method, path, body);
        for (int tried = 1; ; tried++) {
            Duration asked = Duration.ZERO;
            ClientException failed;
            try {
                HttpResponse<byte[]> answer = client.send(request, BodyHandlers.ofByteArray());
                if (answer.statusCode() < 300) {
                    return answer.body();
                }
                asked = retryAfter(answer);
                failed = new ClientException(method + " " + path, problem(answer));
            } catch (IOException unanswered) {
                failed = new ClientException(method + " " + path, unanswered);
            } catch (InterruptedException stop) {
                Thread.currentThread().interrupt();
                throw new ClientException(method + " " + path, stop);
            }
            if (!failed.retryable() || tried == triesMax) {
                throw failed;
            }
            pause(tried, asked, failed);
        }
    }

    private HttpRequest request(String method, String path, @Nullable Object body) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(options.engine().resolve(path))
                        .timeout(options.timeout())
                        .method(method, publisher(body));
        options.key().ifPresent(key -> request.header("Authorization", "Bearer " + key));
        if (body != null) {
            request.header("Content-Type", "application/json");
        }
        return request.build();
    }

    private BodyPublisher publisher(@Nullable Object body) {
        try {
            return body == null
                    ? BodyPublishers.noBody()
                    : BodyPublishers.ofByteArray(json.writeValueAsBytes(body));
        } catch (JsonProcessingException impossible) {
            throw new IllegalArgumentException("body=" + body + " has no JSON form", impossible);
        }
    }

    private EngineProblem problem(HttpResponse<byte[]> answer) {
        try {
            EngineProblem told = json.readValue(answer.body(), EngineProblem.class);
            if (told.title() != null) {
                return told;
            }
        } catch (IOException noProblem) {
            // Something between us and the engine answered; its status is all that is known.
        }
        return new EngineProblem("no problem document", answer.statusCode(), "", null, null, null);
    }

    private static Duration retryAfter(HttpResponse<byte[]> answer) {
        return answer.headers()
                .firstValue("Retry-After")
                .filter(text -> text.matches("\\d{1,6}"))
                .map(text -> Duration.ofSeconds(Long.parseLong(text)))
                .orElse(Duration.ZERO);
    }

    private void pause(int tried, Duration asked, ClientException failed) {
        long grown = options.firstPause().toMillis() << Math.min(tried - 1, 16);
        long millis = random.nextLong(Math.min(grown, PAUSE_MAX.toMillis()) + 1);
        try {
            pauses.sleep(Duration.ofMillis(Math.max(millis, asked.toMillis())));
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw failed;
        }
    }

    /// An optional answer: empty when there is no such thing.
    <T> Optional<T> find(String path, Class<T> form) {
        try {
            return Optional.of(ask("GET", path, null, form));
        } catch (ClientException failed) {
            if (failed.status() == 404) {
                return Optional.empty();
            }
            throw failed;
        }
    }

    @Override
    public void close() {
        client.close();
    }
}
