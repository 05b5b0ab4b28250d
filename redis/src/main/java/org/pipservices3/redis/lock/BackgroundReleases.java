package org.pipservices3.redis.lock;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.pipservices3.commons.errors.ConnectionException;
import org.pipservices3.redis.RedisException;

/**
 * Releases, in the background, tokens that may be in Redis but are not in use.
 *
 * <p>They come from acquisitions whose reply was lost, and from releases that failed. Each could
 * block its key for a whole ttl. So the release is retried until the ttl is over, whatever the
 * failure, with pauses that grow to {@value #LONGEST_MILLIS} ms. Only {@code WRONGTYPE} is final:
 * then another program has replaced the key.
 *
 * <p>A token that Redis does not have may still appear: the request of a retried acquisition can
 * arrive late, from a slow network or at a server that was stopped, even after the retry was
 * granted and released. So its token is checked {@value #CHECKS} times, at intervals that double
 * from {@value #FIRST_MILLIS} ms, which takes 51 s, or until its ttl is over. A lock that appears
 * late stays for about as long again as it was late, at most.
 *
 * <p>At most {@value #MOST} tokens are kept; others are left to their ttl.
 *
 * <p>Safe for any number of threads. Requests go through the {@link Lanes}, so that no server waits
 * for another.
 */
final class BackgroundReleases {
  private static final int MOST = 10_000;
  private static final int CHECKS = 10;
  private static final int FIRST_MILLIS = 100;
  private static final int LONGEST_MILLIS = 1_000;
  private static final long FIRST = TimeUnit.MILLISECONDS.toNanos(FIRST_MILLIS);
  private static final long LONGEST = TimeUnit.MILLISECONDS.toNanos(LONGEST_MILLIS);
  private static final long CHECKED_FOR = FIRST << (CHECKS - 1);
  private static final int MAX_REDIRECTS = 5;
  private static final int LAST_ATTEMPTS = 3;
  private static final int CLOSING_MILLIS = 500;

  private final LockStore store;
  private final Lanes lanes;
  private final LeaseKeeper keeper;
  private final LongSupplier clock;
  private final Consumer<String> onReleased;
  private final Set<Token> tokens = ConcurrentHashMap.newKeySet();
  private final ConcurrentMap<String, Boolean> retried = new ConcurrentHashMap<>();
  private final Semaphore emptied = new Semaphore(0); // while closing
  private final Set<Token> abandoned =
      ConcurrentHashMap.newKeySet(); // added before it leaves tokens
  private volatile boolean closing;
  private volatile boolean closed;

  /** Creates an empty collection. {@code onReleased} gets each key that a token is removed from. */
  BackgroundReleases(
      LockStore store,
      Lanes lanes,
      LeaseKeeper keeper,
      LongSupplier clock,
      Consumer<String> onReleased) {
    this.store = store;
    this.lanes = lanes;
    this.keeper = keeper;
    this.clock = clock;
    this.onReleased = onReleased;
  }

  /** Whether a failed release needs no retry, since another program has replaced the key. */
  static boolean isFinal(RedisException failure) {
    return failure.code().equals("WRONGTYPE");
  }

  /** Releases the token of a failed acquisition, which Redis keeps for at most ttl nanoseconds. */
  void addAcquisition(@Nullable String correlationId, String key, String token, long ttl) {
    add(new Token(correlationId, key, token, clock.getAsLong() + ttl, CHECKS));
  }

  /** Releases a lock whose release is not certain. */
  void addRelease(@Nullable String correlationId, HeldLock held) {
    int checks = retried.remove(held.token()) == null ? 1 : CHECKS;
    long until = clock.getAsLong() + held.ttl();
    add(new Token(correlationId, held.key(), held.token(), until, checks));
  }

  /** Remembers a granted acquisition of which an earlier request may still arrive. */
  void addRetried(String token) {
    if (retried.size() < MOST) {
      retried.put(token, true);
      keeper.later(CHECKED_FOR, () -> retried.remove(token));
    }
  }

  /** Checks the token of a released or expired lock if its acquisition was retried. */
  void onEnded(@Nullable String correlationId, HeldLock held) {
    if (!retried.isEmpty() && retried.remove(held.token()) != null) {
      addAcquisition(correlationId, held.key(), held.token(), held.ttl());
    }
  }

  /**
   * Releases all tokens at once, all servers at the same time. Waits for that as long as a command
   * may take and {@value #CLOSING_MILLIS} ms.
   *
   * @return how many are not released
   */
  int close() {
    closing = true;
    for (Token token : List.copyOf(tokens)) {
      token.failures.set(0);
      lanes.submit(token);
    }
    long longest = TimeUnit.MILLISECONDS.toNanos(store.commandTimeout() + CLOSING_MILLIS);
    long end = System.nanoTime() + longest;
    boolean interrupted = false;
    while (!tokens.isEmpty() && end - System.nanoTime() > 0) {
      try {
        boolean unused = emptied.tryAcquire(end - System.nanoTime(), TimeUnit.NANOSECONDS);
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    closed = true;
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    return (int) Stream.concat(tokens.stream(), abandoned.stream()).distinct().count();
  }

  private void add(Token token) {
    if (closed) {
      releaseNow(token);
    } else if (tokens.size() < MOST) {
      tokens.add(token);
      lanes.submit(token);
    }
  }

  /** The lanes are closed, but a shared connection may still be open. */
  private void releaseNow(Token token) {
    try {
      store.release(token.correlationId, token.key, token.token);
    } catch (RuntimeException e) {
      // Left to its ttl.
    }
  }

  private void remove(Token token) {
    tokens.remove(token);
    if (closing && tokens.isEmpty()) {
      emptied.release();
    }
  }

  /** One token. Only one renewal thread at a time has it sent. */
  private final class Token implements Lanes.Task {
    private final @Nullable String correlationId;
    private final String key;
    private final String token;
    private final long until;
    private final AtomicInteger checks;
    private final AtomicInteger failures = new AtomicInteger(); // in a row
    private final AtomicInteger redirects = new AtomicInteger(); // in a row

    Token(@Nullable String correlationId, String key, String token, long until, int checks) {
      this.correlationId = correlationId;
      this.key = key;
      this.token = token;
      this.until = until;
      this.checks = new AtomicInteger(checks);
    }

    @Override
    public String key() {
      return key;
    }

    @Override
    public int timeout() {
      int timeout = store.commandTimeout();
      return closing ? Math.max(1, timeout / LAST_ATTEMPTS) : timeout;
    }

    @Override
    public LockStore.@Nullable Ask ask() {
      if (clock.getAsLong() - until >= 0) {
        remove(this);
        return null;
      }
      return new LockStore.Ask(correlationId, key, token, /* ttl= */ 0, failures.get() > 0);
    }

    @Override
    public void answered(LockStore.Answer answer) {
      RedisException failure = answer.failure();
      if (answer.elsewhere() && redirects.getAndIncrement() < MAX_REDIRECTS) {
        lanes.submit(this);
      } else if (answer.elsewhere() || (failure != null && !isFinal(failure))) {
        onFailure(failure != null && failure.getCause() instanceof ConnectionException);
      } else {
        onChecked(failure == null && answer.ours());
      }
    }

    private void onFailure(boolean unreachable) {
      int failed = failures.incrementAndGet();
      redirects.set(0);
      if (closing && unreachable && failed >= LAST_ATTEMPTS) {
        abandoned.add(this);
        remove(this);
        return;
      }
      long longest = closing ? FIRST : Math.min(LONGEST, FIRST << Math.min(failed - 1, 10));
      submitAfter(ThreadLocalRandom.current().nextLong(longest / 2, longest));
    }

    private void onChecked(boolean ours) {
      int left = checks.decrementAndGet();
      failures.set(0);
      redirects.set(0);
      if (left <= 0 || closing) {
        remove(this);
      } else {
        submitAfter(FIRST << (CHECKS - 1 - left));
      }
      if (ours) {
        onReleased.accept(key);
      }
    }

    private void submitAfter(long nanos) {
      keeper.later(nanos, () -> lanes.submit(this));
    }

    /** Without the token. */
    @Override
    public String toString() {
      return key;
    }
  }
}
