package org.pipservices3.redis.lock;

import java.time.Duration;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.pipservices3.redis.RedisException;

/**
 * A lease that was granted by Redis.
 *
 * <p>Its state and its deadline are one immutable {@link Term}, changed by compare-and-set only:
 * HELD to HELD with another deadline, HELD to RELEASED, or HELD to LOST. Nothing leads back. So of
 * an extension, a release, a loss and the passing of the deadline, which may all come at once from
 * different threads, exactly one decides, and what it has decided stays.
 *
 * <p>The deadline errs on the safe side. It is counted from before a request was sent. An extension
 * to a later one counts from Redis's answer, provided that the old one has not passed by then; one
 * to an earlier counts from before the request, since its reply may be lost. If an extension
 * succeeds in Redis for a lease that was lost here meanwhile, the token is given back. For one that
 * was released meanwhile it is not: the release itself does that, and would find it done already.
 *
 * <p>Who notices that the deadline has passed ends the lease: the caller of any method, or, if
 * there is somebody to tell or something to renew, the timer. The loss is reported and its actions
 * started by whoever made the transition, after it; each action is polled from a queue, hence runs
 * once.
 *
 * <p>Safe for any number of threads. {@code extending} admits one extension at a time, and is never
 * needed to release or to lose.
 */
final class Lease implements LockLease, Holding {
  private static final long FORGETTABLE_AFTER = TimeUnit.SECONDS.toNanos(1);

  private enum State {
    HELD,
    RELEASED,
    LOST
  }

  private record Term(State state, long deadline) {
    long left(long now) {
      return state == State.HELD ? deadline - now : 0;
    }
  }

  private final Locker locker;
  private final @Nullable String correlationId;
  private final String key;
  private final String token;
  private final long fencingToken;

  private final AtomicReference<Term> term;
  private final ReentrantLock extending = new ReentrantLock();
  private volatile long ttl; // in milliseconds, as last asked for; written under extending

  private final Queue<Runnable> actions = new ConcurrentLinkedQueue<>();
  private final Alarm ending;
  private final Renewal renewal;
  private final AtomicBoolean watched = new AtomicBoolean();
  private final AtomicBoolean kept = new AtomicBoolean();

  Lease(
      Locker locker,
      @Nullable String correlationId,
      String key,
      String token,
      long fencingToken,
      long ttl,
      long sent) {
    this.locker = locker;
    this.correlationId = correlationId;
    this.key = key;
    this.token = token;
    this.fencingToken = fencingToken;
    this.ttl = ttl;
    this.term = new AtomicReference<>(new Term(State.HELD, sent + nanos(ttl)));
    this.ending = new Alarm(locker.keeper, this::checkEnd);
    this.renewal = new Renewal(this, locker.keeper, locker.journal);
  }

  @Override
  public String key() {
    return key;
  }

  @Override
  public long fencingToken() {
    return fencingToken;
  }

  @Override
  public Duration remaining() {
    return Duration.ofNanos(left());
  }

  @Override
  public boolean isHeld() {
    return left() > 0;
  }

  @Override
  public boolean extend(Duration ttl) {
    long millis = Checks.ttl(correlationId, ttl);
    extending.lock();
    try {
      return extendTo(millis);
    } finally {
      extending.unlock();
      planRenewal();
    }
  }

  @Override
  public LockLease keepAlive() {
    if (isHeld() && kept.compareAndSet(false, true)) {
      watchEnd();
      renewal.plan();
    }
    return this;
  }

  @Override
  public LockLease onLost(Runnable action) {
    actions.add(Objects.requireNonNull(action, "action"));
    if (isHeld()) {
      watchEnd();
    }
    if (term.get().state == State.LOST) {
      runActions();
    }
    return this;
  }

  @Override
  public boolean release() {
    while (isHeld()) {
      Term held = term.get();
      if (held.state == State.HELD && end(held, State.RELEASED)) {
        return giveBack();
      }
    }
    return false;
  }

  @Override
  public void close() {
    try {
      release();
    } catch (RedisException e) {
      locker.journal.notReleased(correlationId, key, e);
    }
  }

  @Override
  public long left(long now) {
    Term current = term.get();
    return current.state == State.LOST ? 0 : current.deadline - now;
  }

  @Override
  public boolean isForgettable(long now) {
    Term current = term.get();
    return current.state == State.LOST || now - current.deadline > FORGETTABLE_AFTER;
  }

  @Nullable String correlationId() {
    return correlationId;
  }

  String token() {
    return token;
  }

  /** The time to live that was last asked for, in nanoseconds. */
  long ttl() {
    return nanos(ttl);
  }

  /** How long the lease is still ours, in nanoseconds; ends it where that is zero. */
  long left() {
    while (true) {
      Term current = term.get();
      if (current.state != State.HELD) {
        return 0;
      }
      long left = current.left(locker.clock.getAsLong());
      if (left > 0) {
        return left;
      }
      if (end(current, State.LOST)) {
        lost("its time to live was over");
        return 0;
      }
    }
  }

  /** Ends the lease as lost, unless it has ended before. */
  boolean lose(String why) {
    while (true) {
      Term current = term.get();
      if (current.state != State.HELD) {
        return false;
      }
      if (end(current, State.LOST)) {
        lost(why);
        return true;
      }
    }
  }

  /** Extends by the time to live that was last asked for, unless an extension is under way. */
  void renew() {
    if (extending.tryLock()) {
      try {
        extendTo(ttl);
      } finally {
        extending.unlock();
      }
    }
  }

  private boolean extendTo(long millis) {
    long deadline = locker.clock.getAsLong() + nanos(millis);
    Term before = shortened(deadline);
    if (before == null) {
      return false;
    }
    if (!locker.store.extend(correlationId, key, token, millis)) {
      lose("another holds it, or nobody");
      return false;
    }
    ttl = millis;
    boolean inTime = before.left(locker.clock.getAsLong()) > 0;
    if (inTime && term.compareAndSet(before, new Term(State.HELD, deadline))) {
      return true;
    }
    lose("its time to live was over before it could be extended");
    if (term.get().state == State.LOST) {
      locker.giveBacks.add(correlationId, key, token, nanos(millis));
    }
    return false;
  }

  /** The term with a deadline that is not later than this one; null if the lease has ended. */
  private @Nullable Term shortened(long deadline) {
    while (left() > 0) {
      Term current = term.get();
      if (current.state == State.HELD) {
        if (deadline - current.deadline >= 0) {
          return current;
        }
        Term shorter = new Term(State.HELD, deadline);
        if (term.compareAndSet(current, shorter)) {
          if (watched.get()) {
            ending.set(left());
          }
          return shorter;
        }
      }
    }
    return null;
  }

  private boolean giveBack() {
    try {
      boolean ours = locker.store.release(correlationId, key, token);
      if (!ours) {
        locker.journal.lost(correlationId, key, "it was gone when it was to be released");
      }
      return ours;
    } catch (RedisException e) {
      locker.inDoubt(correlationId, key, token, ttl, e);
      throw e;
    } finally {
      locker.holdings.remove(this);
      locker.freed(key);
    }
  }

  private boolean end(Term current, State state) {
    if (!term.compareAndSet(current, new Term(state, current.deadline))) {
      return false;
    }
    ending.off();
    renewal.off();
    if (state == State.LOST) {
      locker.holdings.remove(this);
    }
    return true;
  }

  private void lost(String why) {
    try {
      locker.journal.lost(correlationId, key, why);
    } finally {
      runActions();
      locker.freed(key);
    }
  }

  private void runActions() {
    for (Runnable action = actions.poll(); action != null; action = actions.poll()) {
      Runnable polled = action;
      locker.keeper.callback(() -> runGuarded(polled));
    }
  }

  private void runGuarded(Runnable action) {
    try {
      action.run();
    } catch (RuntimeException e) {
      locker.journal.actionFailed(correlationId, key, e);
    }
  }

  private void watchEnd() {
    if (watched.compareAndSet(false, true)) {
      ending.set(left());
    }
  }

  private void checkEnd() {
    long left = left(locker.clock.getAsLong());
    if (left > 0) {
      ending.set(left);
    } else {
      locker.keeper.callback(this::left);
    }
  }

  private void planRenewal() {
    if (kept.get()) {
      renewal.plan();
    }
  }

  private static long nanos(long millis) {
    return TimeUnit.MILLISECONDS.toNanos(millis);
  }
}
