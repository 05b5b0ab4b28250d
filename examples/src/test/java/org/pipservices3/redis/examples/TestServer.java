package org.pipservices3.redis.examples;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.Map;
import java.util.Set;
import redis.clients.jedis.Jedis;

/** A real Redis server of a test's own, and a look into it. */
public final class TestServer implements AutoCloseable {
  private final TutorialServer server;

  /** Starts the server. */
  public TestServer() {
    try {
      server = TutorialServer.chosenBy(Map.of());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public String uri() {
    return server.uri();
  }

  public int port() {
    return URI.create(uri()).getPort();
  }

  public Set<String> keys() {
    try (Jedis redis = connect()) {
      return redis.keys("*");
    }
  }

  public String text(String key) {
    try (Jedis redis = connect()) {
      return redis.get(key);
    }
  }

  public long millisToLive(String key) {
    try (Jedis redis = connect()) {
      return redis.pttl(key);
    }
  }

  public void set(String key, String text) {
    try (Jedis redis = connect()) {
      redis.set(key, text);
    }
  }

  public void delete(String key) {
    try (Jedis redis = connect()) {
      redis.del(key);
    }
  }

  /** How many connections others have to the server. */
  public long clients() {
    try (Jedis redis = connect()) {
      return redis.clientList().lines().count() - 1;
    }
  }

  @Override
  public void close() {
    server.close();
  }

  private Jedis connect() {
    return new Jedis(URI.create(uri()));
  }
}
