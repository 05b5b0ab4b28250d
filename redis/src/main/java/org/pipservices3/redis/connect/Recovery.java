package org.pipservices3.redis.connect;

import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.pipservices3.redis.RedisException;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.exceptions.JedisAskDataException;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisException;

/**
 * What becomes of a request whose first attempt failed: it goes where an answer sends it, is sent
 * again where that is safe, or ends with an error.
 *
 * <p>A lost connection leaves open whether the command ran. So only what a {@link Request} allows
 * is sent again; what certainly did not run (no connection, an answer that means "not now") always
 * may be. Pauses double from {@value #FIRST_DELAY} ms up to the configured maximum, with jitter so
 * that many callers do not return at the same moment. Attempts end after the configured number, but
 * not before the time that the {@link Topology} wants for a failover. A connection that was found
 * dead casts doubt on the others to that server, which are opened anew; one that was merely slow
 * does not.
 *
 * <p>An answer that sends elsewhere is followed at once. If answers go round in a circle, because
 * the servers themselves do not agree yet, there is a pause after {@value #MOST_HOPS} of them.
 *
 * <p>Belongs to the calling thread.
 */
final class Recovery {
  private static final int FIRST_DELAY = 20;
  private static final int MOST_HOPS = 5;

  private final Executor executor;
  private final Topology topology;
  private final @Nullable String correlationId;
  private final Request request;
  private final long start = System.nanoTime();

  private @Nullable Node node;
  private @Nullable Call call;
  private JedisException failure;
  private boolean mayHaveRun;
  private int attempts = 1;
  private int hops;

  private @Nullable Node next;
  private boolean asking;

  Recovery(
      Executor executor,
      @Nullable String correlationId,
      Request request,
      @Nullable Node node,
      @Nullable Call call,
      JedisException failure) {
    this.executor = executor;
    this.topology = executor.topology();
    this.correlationId = correlationId;
    this.request = request;
    this.node = node;
    this.call = call;
    this.failure = failure;
  }

  /**
   * Tries until there is a reply, and returns it.
   *
   * @throws RedisException if there is none
   */
  @Nullable Object run() {
    while (true) {
      next = null;
      asking = false;
      if (failure instanceof JedisDataException answer) {
        follow(answer);
      } else {
        doubt();
      }
      if (next == null) {
        repeat();
      }
      try {
        return attempt();
      } catch (JedisException e) {
        failure = e;
      }
    }
  }

  private @Nullable Object attempt() {
    node = null;
    call = null;
    CommandArguments repeat = request.repeat();
    Node target = next == null ? topology.nodeOf(request.key()) : next;
    node = target;
    Call made =
        Executor.call(mayHaveRun && repeat != null ? repeat : request.first(), request, asking);
    call = made;
    return Executor.run(target, made, request, asking);
  }

  private void follow(JedisDataException answer) {
    Node target = topology.redirect(answer);
    if (target != null && hops < MOST_HOPS) {
      hops++;
      next = target;
      asking = answer instanceof JedisAskDataException;
    } else if (target == null) {
      if (!topology.isPassing(answer)) {
        throw refused(answer);
      }
      topology.lost(node, answer);
    }
  }

  private void doubt() {
    if (call != null) {
      mayHaveRun |= call.mayHaveRun();
    }
    if (node != null) {
      node.distrustAfter(failure);
    }
    topology.lost(node, failure);
  }

  private void repeat() {
    hops = 0;
    boolean safe = !mayHaveRun || request.repeat() != null;
    boolean early = System.nanoTime() - start < TimeUnit.MILLISECONDS.toNanos(topology.patience());
    if (!safe || !(attempts <= executor.retries() || early) || !pause()) {
      throw failed();
    }
    attempts++;
  }

  /** Waits before a repeat; false if the thread or the executor was told to stop. */
  private boolean pause() {
    long longest =
        Math.min(executor.maxRetryDelay(), (long) FIRST_DELAY << Math.min(attempts - 1, 20));
    long delay = ThreadLocalRandom.current().nextLong(longest / 2, longest + 1);
    try {
      return !executor.closed().await(delay, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private RedisException failed() {
    if (failure instanceof JedisDataException answer) {
      return refused(answer);
    }
    if (executor.closed().getCount() == 0) {
      return Errors.notOpened(correlationId, "connection to " + topology.name());
    }
    return Errors.connection(correlationId, request.describe(), where(), attempts, failure);
  }

  private RedisException refused(JedisDataException answer) {
    return Errors.answer(correlationId, request.describeAnswered(), where(), answer);
  }

  private String where() {
    return node == null ? topology.name() : node.toString();
  }
}
