package org.pipservices3.redis.internal.command;

import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.pipservices3.redis.RedisException;
import org.pipservices3.redis.internal.errors.Errors;
import org.pipservices3.redis.internal.errors.TemporaryErrors;
import org.pipservices3.redis.internal.pipeline.Call;
import org.pipservices3.redis.internal.topology.Node;
import org.pipservices3.redis.internal.topology.Topology;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.exceptions.JedisAskDataException;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisException;

/**
 * Follows redirects, retries what is safe, or throws, after the first attempt of a request has
 * failed.
 *
 * <p>A lost connection leaves open whether the command ran. So only what a {@link Request} allows
 * is sent again; what certainly did not run (no connection, an answer that means "not now") always
 * may be. Pauses double from {@value RetryPauses#FIRST_DELAY} ms up to the configured maximum, with
 * jitter so that many callers do not return at the same moment. Attempts end after the configured
 * number, or when as many command timeouts have passed, since in a crowd an attempt first waits for
 * others; but not before the time that the {@link Topology} sets for such a failure.
 *
 * <p>Redirects are followed at once. If they form a circle, because the servers do not agree yet,
 * there is a pause after {@value #MOST_HOPS} of them.
 *
 * <p>Belongs to the calling thread.
 */
final class RetriesAndRedirects {

  /** The reply to a lock's command of which an earlier attempt may have run, or still run. */
  record RetriedReply(@Nullable Object reply) {}

  private static final int MOST_HOPS = 5;

  private final CommandExecutor executor;
  private final Topology topology;
  private final @Nullable String correlationId;
  private final Request request;
  private final long start = System.nanoTime();

  private @Nullable Node node;
  private @Nullable Call call;
  private JedisException failure;
  private boolean mayHaveRun;
  private long patience; // in milliseconds
  private int attempts = 1;
  private int hops;

  private @Nullable Node next;
  private boolean asking;

  RetriesAndRedirects(
      CommandExecutor executor,
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

  /** Takes into account that an attempt before the first one here may have run. */
  RetriesAndRedirects afterLoss() {
    mayHaveRun = true;
    return this;
  }

  /** Tries until there is a reply, or throws why there is none. */
  @Nullable Object run() {
    while (true) {
      next = null;
      asking = false;
      if (failure instanceof JedisDataException answer) {
        follow(answer);
      } else {
        noteLoss();
      }
      if (next == null) {
        prepareRetry();
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
    CommandArguments retry = mayHaveRun ? request.retry() : null;
    Node target = next == null ? topology.nodeOf(request.key()) : next;
    node = target;
    Call made = CommandExecutor.call(retry == null ? request.first() : retry, request, asking);
    call = made;
    Object reply = CommandExecutor.run(target, made, request, asking);
    return mayHaveRun && request.wakesOthers() ? new RetriedReply(reply) : reply;
  }

  private void follow(JedisDataException answer) {
    Node target = node == null ? null : topology.redirect(node, answer);
    if (target != null && hops < MOST_HOPS) {
      hops++;
      next = target;
      asking = answer instanceof JedisAskDataException;
    } else if (target == null) {
      if (!TemporaryErrors.includes(answer) && !topology.isPassing(answer)) {
        throw refused(answer);
      }
      if (!TemporaryErrors.isOverload(answer)) {
        topology.lost(node, answer);
      }
    }
  }

  private void noteLoss() {
    if (call != null) {
      mayHaveRun |= call.mayHaveRun();
    }
    topology.lost(node, failure);
  }

  private void prepareRetry() {
    hops = 0;
    patience =
        Math.max(
            patience,
            TemporaryErrors.isBusy(failure)
                ? executor.options().commandTimeout()
                : topology.patience(failure));
    boolean safe = !mayHaveRun || request.isRetriable();
    long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
    boolean mayRetry =
        attempts <= executor.options().retries()
            && millis <= (long) executor.options().retries() * executor.options().commandTimeout();
    if (!safe || !(mayRetry || millis < patience) || !RetryPauses.sleep(executor, attempts)) {
      throw failed();
    }
    attempts++;
  }

  private RedisException failed() {
    if (failure instanceof JedisDataException answer) {
      return refused(answer);
    }
    if (executor.closed().getCount() == 0) {
      return marked(Errors.notOpened(correlationId, "connection to " + topology.name()));
    }
    return Errors.connection(correlationId, request.describe(), where(), attempts, failure);
  }

  private RedisException refused(JedisDataException answer) {
    boolean lock = request.wakesOthers();
    return marked(Errors.answer(correlationId, request.describeAnswered(), where(), answer, lock));
  }

  private RedisException marked(RedisException e) {
    return mayHaveRun ? Errors.unsettled(e) : e;
  }

  private String where() {
    return node == null ? topology.name() : node.toString();
  }
}
