package org.pipservices3.redis.internal.config;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.pipservices3.commons.errors.ConfigException;
import org.pipservices3.redis.internal.errors.Errors;
import redis.clients.jedis.SslOptions;
import redis.clients.jedis.SslVerifyMode;

/**
 * TLS from PEM files: the authorities that may sign the server's certificate, and the client's own
 * certificate for mutual TLS.
 *
 * <p>Errors name the file, but not a value that is no path: it may be the key itself.
 *
 * <p>The driver takes key stores only, so the files are put into stores in memory. Without {@code
 * options.ssl_ca} the JVM's authorities are used. The server's host name is verified unless {@code
 * options.ssl_verify_host} is false.
 */
public record Tls(@Nullable String correlationId, RedisOptions options) {
  private static final Pattern KEY =
      Pattern.compile("-----BEGIN PRIVATE KEY-----(.*?)-----END PRIVATE KEY-----", Pattern.DOTALL);
  private static final Pattern NO_PATH =
      Pattern.compile("-----(BEGIN|END) |[\\r\\n]|^M[A-Za-z0-9+/=]{50,}$");
  private static final List<String> KEY_KINDS = List.of("RSA", "EC", "Ed25519");
  private static final char[] IN_MEMORY = "in-memory".toCharArray();

  /**
   * Reads the files that the options name.
   *
   * @throws ConfigException if one cannot be read, naming the parameter
   */
  public static SslOptions load(@Nullable String correlationId, RedisOptions options)
      throws ConfigException {
    return new Tls(correlationId, options).load();
  }

  private SslOptions load() throws ConfigException {
    SslOptions.Builder ssl = SslOptions.builder();
    ssl.sslVerifyMode(options.sslVerifyHost() ? SslVerifyMode.FULL : SslVerifyMode.CA);
    String ca = options.sslCa();
    if (ca != null) {
      ssl.trustStoreType("PKCS12").truststore(stored(trusted(ca)), IN_MEMORY);
    }
    String cert = options.sslCert();
    String key = options.sslKey();
    if (cert != null && key != null) {
      ssl.keyStoreType("PKCS12").keystore(stored(credentials(cert, key)), IN_MEMORY);
    }
    return ssl.build();
  }

  private KeyStore trusted(String path) throws ConfigException {
    try {
      KeyStore store = emptyStore();
      int number = 0;
      for (Certificate certificate : certificates("options.ssl_ca", path)) {
        store.setCertificateEntry("ca-" + number++, certificate);
      }
      return store;
    } catch (IOException | GeneralSecurityException e) {
      throw unreadable("options.ssl_ca", path, "PEM certificates");
    }
  }

  private KeyStore credentials(String certPath, String keyPath) throws ConfigException {
    PrivateKey key = privateKey(keyPath);
    try {
      KeyStore store = emptyStore();
      Certificate[] chain = certificates("options.ssl_cert", certPath).toArray(new Certificate[0]);
      store.setKeyEntry("client", key, IN_MEMORY, chain);
      return store;
    } catch (IOException | GeneralSecurityException e) {
      throw unreadable("options.ssl_cert", certPath, "PEM certificates");
    }
  }

  private Collection<? extends Certificate> certificates(String parameter, String path)
      throws ConfigException {
    try {
      Collection<? extends Certificate> certificates =
          CertificateFactory.getInstance("X.509")
              .generateCertificates(new ByteArrayInputStream(read(parameter, path)));
      if (!certificates.isEmpty()) {
        return certificates;
      }
    } catch (GeneralSecurityException e) {
      // Reported below: the file is there, but holds something else.
    }
    throw unreadable(parameter, path, "PEM certificates");
  }

  private PrivateKey privateKey(String path) throws ConfigException {
    String file = new String(read("options.ssl_key", path), StandardCharsets.US_ASCII);
    Matcher pem = KEY.matcher(file);
    if (pem.find()) {
      for (String kind : KEY_KINDS) {
        PrivateKey key = privateKey(kind, pem.group(1));
        if (key != null) {
          return key;
        }
      }
    }
    throw unreadable(
        "options.ssl_key",
        path,
        "an unencrypted PKCS#8 key (convert it: openssl pkcs8 -topk8 -nocrypt -in old -out new)");
  }

  private static @Nullable PrivateKey privateKey(String kind, String base64) {
    try {
      byte[] der = Base64.getMimeDecoder().decode(base64);
      return KeyFactory.getInstance(kind).generatePrivate(new PKCS8EncodedKeySpec(der));
    } catch (InvalidKeySpecException | IllegalArgumentException e) {
      return null;
    } catch (GeneralSecurityException e) {
      throw new AssertionError("Java 17 has " + kind, e);
    }
  }

  private byte[] read(String parameter, String path) throws ConfigException {
    if (NO_PATH.matcher(path).find()) {
      throw Errors.config(
          correlationId, parameter, "is the text of a PEM file: give the path of the file");
    }
    try {
      return Files.readAllBytes(Path.of(path));
    } catch (IOException | InvalidPathException e) {
      throw Errors.config(correlationId, parameter, "names a file that cannot be read: " + path);
    }
  }

  private ConfigException unreadable(String parameter, String path, String expected) {
    return Errors.config(
        correlationId, parameter, "must name a file with " + expected + ", unlike " + path);
  }

  private static KeyStore emptyStore() throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    return store;
  }

  private static SslOptions.Resource stored(KeyStore store) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      store.store(bytes, IN_MEMORY);
    } catch (IOException | GeneralSecurityException e) {
      throw new AssertionError("A key store in memory can be written", e);
    }
    return () -> new ByteArrayInputStream(bytes.toByteArray());
  }
}
