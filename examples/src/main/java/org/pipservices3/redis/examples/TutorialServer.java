package org.pipservices3.redis.examples;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import redis.embedded.RedisServer;

/**
 * TutorialServer is the Redis server that the example works on: the one that the environment names,
 * or else one that it starts on a free port and stops again.
 */
final class TutorialServer implements AutoCloseable {
  private static final String URI_VARIABLE = "REDIS_SERVICE_URI";
  private static final String HOST_VARIABLE = "REDIS_SERVICE_HOST";
  private static final String PORT_VARIABLE = "REDIS_SERVICE_PORT";
  private static final int ATTEMPTS = 5;

  private final String uri;
  private final @Nullable RedisServer embedded;

  private TutorialServer(String uri, @Nullable RedisServer embedded) {
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
      return startEmbedded();
    }
    return new TutorialServer(
        address(
            host.isBlank() ? "localhost" : host.strip(), port.isBlank() ? "6379" : port.strip()),
        /* embedded= */ null);
  }

  /** The server's address, for the configuration. It may hold a password: not for printing. */
  String uri() {
    return uri;
  }

  /** Whether others may use the server too. */
  boolean isShared() {
    return embedded == null;
  }

  /** The server in a reader's words, without user and password. */
  @Override
  public String toString() {
    if (embedded != null) {
      return "an embedded Redis server at 127.0.0.1:" + embedded.ports().get(0);
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
  public void close() throws IOException {
    if (embedded != null) {
      embedded.stop();
    }
  }

  private static String address(String host, String port) {
    boolean ipv6 = host.contains(":") && !host.startsWith("[");
    return "redis://" + (ipv6 ? "[" + host + "]" : host) + ":" + port;
  }

  /** A free port may be taken by another process before the server has it: then try another. */
  private static TutorialServer startEmbedded() throws IOException {
    for (int attempt = 1; ; attempt++) {
      int port = freePort();
      RedisServer server =
          RedisServer.newRedisServer()
              .port(port)
              .setting("save \"\"")
              .setting("appendonly no")
              .build();
      try {
        server.start();
        return new TutorialServer("redis://127.0.0.1:" + port, server);
      } catch (IOException e) {
        if (attempt == ATTEMPTS) {
          throw e;
        }
      }
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket =
        new ServerSocket(0, /* backlog= */ 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
