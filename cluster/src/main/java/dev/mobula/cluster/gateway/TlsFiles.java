package dev.mobula.cluster.gateway;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Arrays;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/// Where a gateway's certificate lies: a PKCS #12 store and a file with its password.
public record TlsFiles(Path keyStore, Path passwordFile) {

    SSLContext load() throws IOException {
        char[] password = Files.readString(passwordFile).strip().toCharArray();
        try (InputStream in = Files.newInputStream(keyStore)) {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(in, password);
            KeyManagerFactory keys =
                    KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(store, password);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys.getKeyManagers(), null, null);
            return context;
        } catch (GeneralSecurityException | IOException bad) {
            throw new IOException(keyStore + " cannot be used for TLS: " + bad.getMessage(), bad);
        } finally {
            Arrays.fill(password, '\0');
        }
    }
}
