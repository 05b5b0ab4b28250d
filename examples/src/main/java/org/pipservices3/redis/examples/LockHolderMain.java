package org.pipservices3.redis.examples;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;
import org.pipservices3.commons.config.ConfigParams;
import org.pipservices3.redis.lock.RedisLock;

/**
 * LockHolderMain is a program of its own, without a container: it locks a key when it reads {@code
 * lock}, and releases it when it reads {@code release}. See {@link WokenByProcess}.
 */
final class LockHolderMain {
  static final String URI_VARIABLE = "REDIS_SERVICE_URI";
  static final String LOCK = "lock";
  static final String LOCKED = "locked";
  static final String RELEASE = "release";
  static final String RELEASED = "released at ";

  private static final String TRACE = "other-process";
  private static final int TTL = 30_000;
  private static final long PATIENCE = 5_000;

  private LockHolderMain() {}

  /** The only argument is the key; the environment names the server. */
  public static void main(String[] args) throws Exception {
    String key = args[0];
    RedisLock lock = new RedisLock();
    lock.configure(ConfigParams.fromTuples("connection.uri", System.getenv(URI_VARIABLE)));
    lock.open(TRACE);
    try (BufferedReader orders =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
      for (@Nullable String order = orders.readLine(); order != null; order = orders.readLine()) {
        if (order.equals(LOCK)) {
          lock.acquireLock(TRACE, key, TTL, PATIENCE);
          System.out.println(LOCKED);
        } else if (order.equals(RELEASE)) {
          long now = ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
          lock.releaseLock(TRACE, key);
          System.out.println(RELEASED + now);
        }
      }
    } finally {
      lock.close(TRACE);
    }
  }
}
