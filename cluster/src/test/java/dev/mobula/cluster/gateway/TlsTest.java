package dev.mobula.cluster.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TlsTest {
    private static final String PASSWORD = "of-this-test";

    @TempDir private Path folder;

    private TlsFiles certificate() throws Exception {
        Path store = folder.resolve("gateway.p12");
        Process made =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "keytool")
                                        .toString(),
                                "-genkeypair",
                                "-alias",
                                "gateway",
                                "-keyalg",
                                "EC",
                                "-dname",
                                "CN=localhost",
                                "-ext",
                                "san=ip:127.0.0.1",
                                "-storetype",
                                "PKCS12",
                                "-keystore",
                                store.toString(),
                                "-storepass",
                                PASSWORD)
                        .redirectErrorStream(true)
                        .redirectOutput(folder.resolve("keytool.log").toFile())
                        .start();
        assertThat(made.waitFor()).isZero();
        return new TlsFiles(store, Files.writeString(folder.resolve("password"), PASSWORD + "\n"));
    }

    private static SSLContext trusting(TlsFiles files) throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(files.keyStore())) {
            store.load(in, PASSWORD.toCharArray());
        }
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("gateway", store.getCertificate("gateway"));
        TrustManagerFactory managers =
                TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        managers.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, managers.getTrustManagers(), null);
        return context;
    }

    @Test
    void aGatewayWithACertificateIsServedOverTlsAlone() throws Exception {
        TlsFiles files = certificate();
        List<Route> routes = List.of(Route.open("/alive", e -> Answer.text("text/plain", "yes")));
        GatewayOptions options = GatewayOptions.onLoopback(0).withTls(files);
        try (Gateway gateway = Gateway.start(options, routes, System::nanoTime);
                HttpClient client = HttpClient.newBuilder().sslContext(trusting(files)).build()) {
            String place = "://127.0.0.1:" + gateway.port() + "/alive";
            HttpResponse<String> answer =
                    client.send(
                            HttpRequest.newBuilder(URI.create("https" + place)).build(),
                            HttpResponse.BodyHandlers.ofString());
            assertThat(answer.body()).isEqualTo("yes");
            assertThatThrownBy(
                            () ->
                                    client.send(
                                            HttpRequest.newBuilder(URI.create("http" + place))
                                                    .build(),
                                            HttpResponse.BodyHandlers.ofString()))
                    .isInstanceOf(IOException.class);
        }
    }

    @Test
    void aWrongPasswordIsNamedWithoutBeingSaid() throws Exception {
        TlsFiles files = certificate();
        Files.writeString(files.passwordFile(), "another");
        GatewayOptions options = GatewayOptions.onLoopback(0).withTls(files);
        assertThatThrownBy(() -> Gateway.start(options, List.of(), System::nanoTime))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("gateway.p12")
                .hasMessageNotContaining("another");
    }
}
