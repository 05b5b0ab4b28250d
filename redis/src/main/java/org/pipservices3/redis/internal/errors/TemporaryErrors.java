package org.pipservices3.redis.internal.errors;

import java.util.Set;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisException;

/**
 * Answers that mean "not now", in every mode: the server loads its data from disk ({@code LOADING})
 * or waits for its master ({@code MASTERDOWN}), a script blocks it ({@code BUSY}), or it takes no
 * further connection. The command did not run, and may run later.
 */
public final class TemporaryErrors {
  private static final Set<String> CODES =
      Set.of("LOADING", "MASTERDOWN", "BUSY", Errors.MAXCLIENTS);
  private static final Set<String> OVERLOAD = Set.of("BUSY", Errors.MAXCLIENTS);

  private TemporaryErrors() {}

  public static boolean includes(JedisDataException answer) {
    return CODES.contains(Errors.code(answer));
  }

  /** Whether a connection could not be opened because of such an answer. */
  public static boolean caused(RuntimeException failure) {
    JedisDataException answer = answerIn(failure);
    return answer != null && includes(answer);
  }

  /** The server's answer that caused a failure, if one did. */
  public static @Nullable JedisDataException answerIn(Throwable failure) {
    for (Throwable t = failure; t != null; t = t.getCause()) {
      if (t instanceof JedisDataException answer) {
        return answer;
      }
    }
    return null;
  }

  /** Whether the server is overloaded, which says nothing of its role or its connections. */
  public static boolean isOverload(JedisDataException answer) {
    return OVERLOAD.contains(Errors.code(answer));
  }

  /** Whether a script blocks the server. */
  public static boolean isBusy(JedisException failure) {
    return failure instanceof JedisDataException answer && Errors.code(answer).equals("BUSY");
  }
}
