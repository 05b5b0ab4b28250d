package org.pipservices3.redis.connect;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.pipservices3.redis.RedisException;
import redis.clients.jedis.DefaultJedisSocketFactory;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.JedisSocketFactory;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisException;

/**
 * Sends commands to one Redis server through a {@link Combiner}, and repeats them where that is
 * safe.
 *
 * <p>A lost connection leaves open whether the command ran. So only what a {@link Request} allows
 * is sent again; what certainly did not run (no connection, or Redis answered that it is still
 * loading) always may be. Pauses double from {@value #FIRST_DELAY} ms up to the configured maximum,
 * with jitter so that many callers do not return at the same moment. A connection that was found
 * dead casts doubt on the others, which are opened anew; one that was merely slow does not.
 *
 * <p>Safe for any number of threads. It has no thread of its own: I/O and pauses happen on
 * callers'.
 */
final class Executor {
  private static final int FIRST_DELAY = 20;

  private final Combiner combiner;
  private final String address;
  private final int retries;
  private final int maxRetryDelay;
  private final CountDownLatch closed = new CountDownLatch(1);

  Executor(HostAndPort server, JedisClientConfig config, RedisOptions options) {
    JedisSocketFactory sockets = new DefaultJedisSocketFactory(server, config);
    this.combiner =
        new Combiner(
            () -> SingleUseConnection.open(sockets, config),
            options.maxConnections(),
            (long) options.connectTimeout() + options.commandTimeout());
    this.address = server.toString();
    this.retries = options.retries();
    this.maxRetryDelay = options.maxRetryDelay();
  }

  String address() {
    return address;
  }

  /** Opens a connection and authenticates. */
  void verify() {
    combiner.verify();
  }

  /** Closes every connection and ends the pauses of callers. Idempotent. */
  void close() {
    closed.countDown();
    combiner.close();
  }

  /**
   * Sends a command and returns Redis's reply as Jedis reads it.
   *
   * @throws JedisDataException what Redis answered instead, unmapped
   * @throws RedisException if no reply was to be had
   */
  @Nullable Object execute(@Nullable String correlationId, Request request) {
    boolean mayHaveRun = false;
    for (int attempt = 1; ; attempt++) {
      boolean again = mayHaveRun && request.repeat() != null;
      Call call = new Call(again ? request.repeat() : request.first());
      JedisException failure;
      try {
        return combiner.execute(call);
      } catch (JedisDataException answer) {
        if (!isLoading(answer)) {
          throw answer;
        }
        failure = answer;
      } catch (JedisException e) {
        mayHaveRun |= call.mayHaveRun();
        distrustAfter(e);
        failure = e;
      }
      boolean repeat = attempt <= retries && (!mayHaveRun || request.repeat() != null);
      if (!repeat || !pause(attempt)) {
        throw failed(correlationId, request, attempt, failure);
      }
    }
  }

  private RuntimeException failed(
      @Nullable String correlationId, Request request, int attempts, JedisException failure) {
    if (failure instanceof JedisDataException answer) {
      return answer;
    }
    if (closed.getCount() == 0) {
      return Errors.notOpened(correlationId, "connection to " + address);
    }
    return Errors.connection(correlationId, request.describe(), address, attempts, failure);
  }

  private void distrustAfter(JedisException failure) {
    if (failure instanceof JedisConnectionException && !Errors.isTimeout(failure)) {
      combiner.distrustConnections();
    }
  }

  /**
   * Waits before a repeat; false if there is to be none, as the thread or this was told to stop.
   */
  private boolean pause(int attempt) {
    long longest = Math.min(maxRetryDelay, (long) FIRST_DELAY << Math.min(attempt - 1, 20));
    long delay = ThreadLocalRandom.current().nextLong(longest / 2, longest + 1);
    try {
      return !closed.await(delay, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private static boolean isLoading(JedisDataException answer) {
    return Errors.code(answer).equals("LOADING");
  }
}
