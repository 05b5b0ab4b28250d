package org.pipservices3.redis.internal.loading;

import java.lang.reflect.Constructor;
import java.nio.channels.ClosedByInterruptException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.pipservices3.commons.errors.ApplicationException;
import org.pipservices3.commons.errors.ConflictException;
import org.pipservices3.commons.errors.InvalidStateException;
import org.pipservices3.commons.errors.InvocationException;
import org.pipservices3.redis.RedisException;
import org.pipservices3.redis.internal.errors.Errors;

/**
 * The errors of loads, and what those get whose load failed on another thread.
 *
 * <p>An exception belongs to one thread: its stack trace is that thread's, and others may add to
 * it. So each that waited gets one of its own, of the same class and message, with the original as
 * its cause, or suppressed where the class takes no such cause. Where the class has no constructor
 * for that it is a LOAD_FAILED.
 */
public final class LoadErrors {
  private static final Class<?>[][] CONSTRUCTORS = {
    {String.class, Throwable.class}, {String.class}, {Throwable.class}, {}
  };

  private static final int MOST_CAUSES = 100;

  private LoadErrors() {}

  public static RedisException noLoader(@Nullable String correlationId, String key) {
    return Errors.badRequest(
        correlationId,
        "NO_LOADER",
        "No loader was given to load key '" + Errors.shown(key) + "' with: give one");
  }

  public static RedisException noOptions(@Nullable String correlationId, String key) {
    return Errors.badRequest(
        correlationId,
        "WRONG_OPTION",
        "The options to load key '" + Errors.shown(key) + "' are null: use LoadOptions.defaults()");
  }

  public static RedisException noNearCache(@Nullable String correlationId, String key) {
    return Errors.badRequest(
        correlationId,
        "WRONG_OPTION",
        "LoadOptions.staleFor for key '"
            + Errors.shown(key)
            + "' needs options.near_cache, where a stale value is held: set that");
  }

  /** A loader asks for the key that it is loading. */
  static RedisException recursive(@Nullable String correlationId, String name) {
    return new RedisException(
        new InvalidStateException(
            correlationId,
            "RECURSIVE_LOAD",
            "The loader of key '"
                + Errors.shown(name)
                + "' asks the cache for that key: let it read the source itself"));
  }

  /** The load of another thread takes longer than a load may. */
  static RedisException timedOut(@Nullable String correlationId, String name) {
    return new RedisException(
        new ConflictException(
            correlationId,
            "LOAD_TIMEOUT",
            "Another thread has been loading key '"
                + Errors.shown(name)
                + "' for longer than options.load_timeout: see what its loader waits for"));
  }

  /** The calling thread was interrupted while it waited for another's load. */
  static RedisException interrupted(@Nullable String correlationId, String name) {
    return new RedisException(
        new InvocationException(
            correlationId,
            "INTERRUPTED",
            "The thread was interrupted while it waited for the load of key '"
                + Errors.shown(name)
                + "'"));
  }

  /** Whether a loader failed since its thread was interrupted, which is nobody else's failure. */
  static boolean isInterruption(Throwable failure) {
    Throwable t = failure;
    for (int depth = 0; t != null && depth < MOST_CAUSES; depth++) { // causes may go in a circle
      if (t instanceof InterruptedException || t instanceof ClosedByInterruptException) {
        return true;
      }
      t = t.getCause();
    }
    return Thread.currentThread().isInterrupted();
  }

  /**
   * Whether Redis refuses to write what a load needs to write, although it would have answered a
   * read: it is full, or a slot's keys are just moving, or all writes are refused. Removals may
   * still come through.
   */
  static boolean isRefusedWrite(RedisException failure) {
    return isOutOfMemory(failure)
        || failure.code().equals("TRYAGAIN")
        || Errors.isOutageOfWrites(failure);
  }

  /** Whether Redis is full. */
  static boolean isOutOfMemory(RedisException failure) {
    return failure.code().equals("OOM");
  }

  /** Whether it may be thrown where the compiler was told of no exception. */
  static boolean isUnchecked(Throwable failure) {
    return failure instanceof RuntimeException || failure instanceof Error;
  }

  /** Another thread's failure as one of the calling thread. */
  static Throwable copyOf(@Nullable String correlationId, String name, Throwable failure) {
    Throwable copy =
        failure instanceof RedisException known
            ? new RedisException(known.getCause())
            : failure instanceof ApplicationException known ? copyOf(known) : copy(failure);
    return copy == null ? failedElsewhere(correlationId, name, failure) : copy;
  }

  /** Throws it without the compiler's knowledge. */
  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
  static <X extends Throwable> X unchecked(Throwable failure) throws X {
    throw (X) failure;
  }

  private static @Nullable Throwable copyOf(ApplicationException failure) {
    if (!(create(failure.getClass(), CONSTRUCTORS[3]) instanceof ApplicationException copy)) {
      return null;
    }
    copy.setCategory(failure.getCategory());
    copy.setStatus(failure.getStatus());
    copy.setCode(failure.getCode());
    copy.setCorrelationId(failure.getCorrelationId());
    copy.setDetails(failure.getDetails());
    copy.setMessage(failure.getMessage());
    return initCause(copy, failure);
  }

  private static @Nullable Throwable copy(Throwable failure) {
    Object[][] arguments = {{failure.getMessage(), failure}, {failure.getMessage()}, {failure}, {}};
    for (int i = 0; i < CONSTRUCTORS.length; i++) {
      Throwable copy = create(failure.getClass(), CONSTRUCTORS[i], arguments[i]);
      if (copy != null && Objects.equals(copy.getMessage(), failure.getMessage())) {
        return copy.getCause() == failure ? copy : initCause(copy, failure);
      }
    }
    return failure.getCause() == null ? null : copyAround(failure, failure.getCause());
  }

  /** For a class that only takes causes of its own kind, as {@code UncheckedIOException} does. */
  private static @Nullable Throwable copyAround(Throwable failure, Throwable cause) {
    for (Constructor<?> each : failure.getClass().getDeclaredConstructors()) {
      Class<?>[] types = each.getParameterTypes();
      boolean fits = types.length == 2 && types[0] == String.class && types[1].isInstance(cause);
      Throwable copy = fits ? create(failure.getClass(), types, failure.getMessage(), cause) : null;
      if (copy != null && Objects.equals(copy.getMessage(), failure.getMessage())) {
        copy.addSuppressed(failure);
        return copy;
      }
    }
    return null;
  }

  private static @Nullable Throwable create(
      Class<? extends Throwable> type, Class<?>[] parameters, @Nullable Object... arguments) {
    try {
      Constructor<? extends Throwable> constructor = type.getDeclaredConstructor(parameters);
      return constructor.trySetAccessible() ? constructor.newInstance(arguments) : null;
    } catch (ReflectiveOperationException | RuntimeException e) {
      return null;
    }
  }

  private static @Nullable Throwable initCause(Throwable copy, Throwable cause) {
    try {
      return copy.initCause(cause);
    } catch (IllegalStateException e) {
      return null;
    }
  }

  private static RedisException failedElsewhere(
      @Nullable String correlationId, String name, Throwable failure) {
    ApplicationException error =
        new InvocationException(
            correlationId,
            "LOAD_FAILED",
            "Another thread's load of key '"
                + Errors.shown(name)
                + "' failed with "
                + failure.getClass().getName()
                + ": see the cause");
    return new RedisException(error.withCause(failure));
  }
}
