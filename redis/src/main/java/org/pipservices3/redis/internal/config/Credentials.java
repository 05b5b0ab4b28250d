package org.pipservices3.redis.internal.config;

import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.pipservices3.components.auth.CredentialParams;
import redis.clients.jedis.DefaultRedisCredentials;
import redis.clients.jedis.RedisCredentials;

/**
 * The user and password for Redis, which a credential store may change while connections are open.
 *
 * <p>Redis keeps a connection authenticated when its user's password changes, so that a rotation
 * shows only when the next connection opens. If that is refused, the store is asked again and the
 * connection tried once more: see {@code SingleUseConnection}.
 *
 * <p>One thread asks at a time, a daemon that ends with the lookup. A connection refused meanwhile
 * waits for the same answer, no longer than a connection may take to open: then the lookup is
 * interrupted. After an unchanged answer the store is not asked for {@value #FIRST_PAUSE} ms, then
 * for twice as long each time, up to {@value #MOST_PAUSE} ms: a wrong password causes few lookups,
 * and a store that is updated soon after Redis is asked again.
 *
 * <p>Safe for any number of threads, and holds no lock while it waits. The lookup's thread replaces
 * the credentials in one step.
 */
public final class Credentials implements Supplier<RedisCredentials> {

  /** Asks the store; null if it could not be asked. */
  interface Lookup {
    @Nullable CredentialParams run();
  }

  private static final int FIRST_PAUSE = 50;
  private static final int MOST_PAUSE = 1_000;

  /**
   * A user and a password as they are now. Compared by identity after a refusal.
   *
   * @param user null for the default one
   */
  private record Known(@Nullable String user, @Nullable String password) {
    Known updated(CredentialParams found) {
      return new Known(given(found.getUsername(), user), given(found.getPassword(), password));
    }

    @Override
    public String toString() {
      return "credentials";
    }
  }

  private final @Nullable Lookup lookup;
  private final int timeout;
  private final LongSupplier clock;
  private final AtomicReference<@Nullable FutureTask<?>> asking = new AtomicReference<>();
  private volatile Known known; // written by the lookup's thread
  private volatile long answered; // likewise: when
  private volatile int pause; // likewise: for how many milliseconds; 0 after a change

  /**
   * Creates the credentials.
   *
   * @param lookup asks the store; null if there is none
   * @param timeout how long a lookup may take, in milliseconds
   * @param clock in nanoseconds
   */
  Credentials(
      @Nullable String user,
      @Nullable String password,
      @Nullable Lookup lookup,
      int timeout,
      LongSupplier clock) {
    this.known = new Known(user, password);
    this.lookup = lookup;
    this.timeout = timeout;
    this.clock = clock;
  }

  /** What was found, unless it is empty. */
  static @Nullable String given(@Nullable String found, @Nullable String otherwise) {
    return found == null || found.isEmpty() ? otherwise : found;
  }

  /** What the driver logs in with. */
  @Override
  public RedisCredentials get() {
    Known now = known;
    return new DefaultRedisCredentials(now.user, now.password);
  }

  /** The present credentials, for {@link #renew}. */
  public Object current() {
    return known;
  }

  /** Whether the store may get a password that it did not have so far. */
  public boolean mayGainPassword() {
    return lookup != null && known.password == null;
  }

  /** Whether there are other credentials than those that were refused; may ask the store. */
  public boolean renew(Object refused) {
    if (known != refused) {
      return true;
    }
    Lookup store = lookup;
    if (store == null || isPausing()) {
      return false;
    }
    FutureTask<?> task = new FutureTask<>(() -> ask(store, refused), null);
    FutureTask<?> running = asking.compareAndExchange(null, task);
    if (running == null) {
      Thread thread = new Thread(() -> run(task), "redis-credential-lookup");
      thread.setDaemon(true);
      thread.start();
    }
    await(running == null ? task : running);
    return known != refused;
  }

  private void run(FutureTask<?> task) {
    try {
      task.run();
    } finally {
      asking.set(null);
    }
  }

  private void ask(Lookup store, Object refused) {
    Known before = known;
    if (before != refused) {
      return;
    }
    boolean changed = false;
    try {
      CredentialParams found = store.run();
      Known updated = found == null ? before : before.updated(found);
      changed = !updated.equals(before);
      if (changed) {
        known = updated;
      }
    } finally {
      answered = clock.getAsLong();
      pause = changed ? 0 : Math.min(Math.max(2 * pause, FIRST_PAUSE), MOST_PAUSE);
    }
  }

  private boolean isPausing() {
    return clock.getAsLong() - answered < TimeUnit.MILLISECONDS.toNanos(pause);
  }

  private void await(FutureTask<?> task) {
    try {
      task.get(timeout, TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      task.cancel(/* mayInterruptIfRunning= */ true);
    } catch (ExecutionException | CancellationException e) {
      // Unchanged: the refused caller throws.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
