package org.pipservices3.redis.examples;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * TutorialServer is the example's Redis server: the one that the environment names, or else one
 * that it starts on a free port and stops again.
 */
final class TutorialServer implements AutoCloseable {
  private static final String URI_VARIABLE = "REDIS_SERVICE_URI";
  private static final String HOST_VARIABLE = "REDIS_SERVICE_HOST";
  private static final String PORT_VARIABLE = "REDIS_SERVICE_PORT";

  private final String uri;
  private @Nullable EmbeddedRedis embedded;

  private TutorialServer(String uri, @Nullable EmbeddedRedis embedded) {
    this.uri = uri;
    this.embedded = embedded;
  }

  static TutorialServer chosenBy(Map<String, String> environment) throws IOException {
    String uri = environment.getOrDefault(URI_VARIABLE, "");
    String host = environment.getOrDefault(HOST_VARIABLE, "");
    String port = environment.getOrDefault(PORT_VARIABLE, "");
    if (!uri.isBlank()) {
      return new TutorialServer(uri.strip(), /* embedded= */ null);
    }
    if (host.isBlank() && port.isBlank()) {
      EmbeddedRedis started = EmbeddedRedis.start();
      return new TutorialServer("redis://127.0.0.1:" + started.port(), started);
    }
    return new TutorialServer(
        address(
            host.isBlank() ? "localhost" : host.strip(), port.isBlank() ? "6379" : port.strip()),
        /* embedded= */ null);
  }

  /** The server's address, for the configuration. It may contain a password: do not print it. */
  String uri() {
    return uri;
  }

  /** Whether others may use the server too. */
  boolean isShared() {
    return embedded == null;
  }

  /** Stops the server if it is not shared, as an outage would. */
  void stop() {
    if (embedded != null) {
      embedded.close();
    }
  }

  /** Starts a stopped server at the address that it had, without its data. */
  void startAgain() throws IOException {
    if (embedded != null) {
      embedded = EmbeddedRedis.startOn(embedded.port());
    }
  }

  /** Describes the server for the output, without user and password. */
  @Override
  public String toString() {
    if (embedded != null) {
      return "an embedded Redis server at 127.0.0.1:" + embedded.port();
    }
    try {
      URI parsed = new URI(uri);
      return "the Redis server at "
          + parsed.getHost()
          + (parsed.getPort() < 0 ? "" : ":" + parsed.getPort());
    } catch (URISyntaxException e) {
      return "the Redis server of " + URI_VARIABLE;
    }
  }

  @Override
  public void close() {
    stop();
  }

  private static String address(String host, String port) {
    boolean ipv6 = host.contains(":") && !host.startsWith("[");
    return "redis://" + (ipv6 ? "[" + host + "]" : host) + ":" + port;
  }
}
