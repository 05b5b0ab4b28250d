package org.pipservices3.redis.cache;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.pipservices3.commons.errors.ApplicationException;
import org.pipservices3.commons.errors.ConflictException;
import org.pipservices3.commons.errors.InvocationException;
import org.pipservices3.redis.RedisException;
import org.pipservices3.redis.internal.command.BulkCommands;
import org.pipservices3.redis.internal.errors.Errors;
import org.pipservices3.redis.internal.loading.LeaseKeys;

/**
 * One removal of all keys with a prefix.
 *
 * <p>A load that is under way has read its source before, and must not store that afterwards. So a
 * first pass removes the load leases, without which nothing is stored, and a second one the values.
 * A load that begins after that is newer than the call.
 *
 * <p>Belongs to the calling thread.
 */
final class Clear implements BulkCommands.Pace {
  private final @Nullable String correlationId;
  private final String prefix;
  private final LeaseKeys leases;
  private final ClearOptions options;
  private final BulkCommands commands;
  private final long start = System.nanoTime();
  private long removed;
  private long startOfValues; // since the start, in nanoseconds
  private boolean counts;

  /**
   * Creates a removal.
   *
   * @param prefix what the keys begin with, the cache's own prefix included
   */
  Clear(
      @Nullable String correlationId,
      String prefix,
      LeaseKeys leases,
      ClearOptions options,
      BulkCommands commands) {
    this.correlationId = correlationId;
    this.prefix = prefix;
    this.leases = leases;
    this.options = options;
    this.commands = commands;
  }

  /** How many values were removed so far. */
  long removed() {
    return removed;
  }

  /**
   * Removes leases, then values.
   *
   * @return the first failure of Redis, after all was tried; null if all were removed
   * @throws RedisException CLEAR_TIMEOUT, INTERRUPTED or NOT_OPENED
   */
  @Nullable RedisException run() {
    check();
    RedisException ofLeases = removeAll(leases.head(), this::isLeaseOfThese);
    check();
    counts = true;
    startOfValues = elapsed();
    RedisException ofValues =
        removeAll(prefix, key -> key.startsWith(prefix) && leases.nameOf(key) == null);
    RedisException failure = ofLeases == null ? ofValues : ofLeases;
    return failure == null ? null : withCount(failure.getCause());
  }

  private @Nullable RedisException removeAll(String start, Predicate<String> selected) {
    int pace = options.keysPerSecond();
    int batch = pace > 0 ? Math.min(pace, options.batch()) : options.batch();
    return commands.removeAll(correlationId, glob(start), selected, batch, this);
  }

  private boolean isLeaseOfThese(String key) {
    String name = leases.nameOf(key);
    return name != null && name.startsWith(prefix);
  }

  @Override
  public void removed(int keys) {
    if (counts) {
      removed += keys;
      options.progress().accept(removed);
    }
    check();
    int pace = options.keysPerSecond();
    if (pace > 0) {
      pauseUntil(startOfValues + removed * TimeUnit.SECONDS.toNanos(1) / pace);
    }
  }

  @Override
  public void failed() {
    check();
  }

  /** Ends the removal by an error if it must not go on. */
  private void check() {
    if (Thread.currentThread().isInterrupted()) {
      throw interrupted();
    }
    Duration deadline = options.deadline();
    if (deadline != null && elapsed() > deadline.toNanos()) {
      throw withCount(
          new ConflictException(
              correlationId,
              "CLEAR_TIMEOUT",
              "Keys that begin with '"
                  + Errors.shown(prefix)
                  + "' are left after "
                  + deadline.toMillis()
                  + " ms: call clear again, or give it more time by ClearOptions.deadline"));
    }
  }

  private void pauseUntil(long due) {
    Duration deadline = options.deadline();
    long end = deadline == null ? due : Math.min(due, deadline.toNanos() + 1);
    long left = end - elapsed();
    try {
      if (left > 0 && !commands.pause(left)) {
        throw Errors.notOpened(correlationId, "cache");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw interrupted();
    }
    check();
  }

  private RedisException interrupted() {
    return withCount(
        new InvocationException(
            correlationId,
            "INTERRUPTED",
            "The thread was interrupted while it cleared keys that begin with '"
                + Errors.shown(prefix)
                + "': the rest is left, call clear again"));
  }

  private RedisException withCount(ApplicationException failure) {
    failure.setMessage(failure.getMessage() + " (" + removed + " keys removed)");
    return new RedisException(failure.withDetails("removed", removed));
  }

  private long elapsed() {
    return System.nanoTime() - start;
  }

  /** A pattern for what begins like this, whatever it contains. */
  private static String glob(String text) {
    return text.replaceAll("[*?\\[\\]\\\\]", "\\\\$0") + "*";
  }
}
