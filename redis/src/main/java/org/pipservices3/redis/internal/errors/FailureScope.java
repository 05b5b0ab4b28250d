package org.pipservices3.redis.internal.errors;

import java.util.Map;
import org.pipservices3.commons.errors.ConnectionException;
import org.pipservices3.redis.RedisException;

/**
 * How far a failure reaches: whether other calls to the same server would fail for the same reason.
 *
 * <p>The one table of what Redis answers instead of serving any key. What is not in it concerns one
 * key, one command or one caller: {@code WRONGTYPE}, {@code NOPERM}, also {@code OOM}, which reads
 * and removals never get.
 */
public enum FailureScope {
  /** Nothing beyond the call that failed. */
  CALL,
  /** All writes and removals; reads work. */
  WRITES,
  /** All calls. */
  SERVER;

  private static final Map<String, FailureScope> BY_CODE =
      Map.ofEntries(
          Map.entry("LOADING", SERVER), // reads its data from disk
          Map.entry("BUSY", SERVER), // a script blocks it
          Map.entry("MASTERDOWN", SERVER), // a replica that waits for its master
          Map.entry("CLUSTERDOWN", SERVER), // the cluster has no majority, or lacks slots
          Map.entry(Errors.MAXCLIENTS, SERVER), // has no room for a connection
          Map.entry("DENIED", SERVER), // protected mode
          Map.entry("NOAUTH", SERVER), // wants a password by now
          Map.entry("WRONGPASS", SERVER), // has another password by now
          Map.entry("READONLY", WRITES), // a replica by now
          Map.entry("NOREPLICAS", WRITES), // min-replicas-to-write is not met
          Map.entry("MISCONF", WRITES)); // cannot save to disk

  /** How far a failure of a call reaches. */
  public static FailureScope of(RedisException failure) {
    return failure.getCause() instanceof ConnectionException ? SERVER : of(failure.code());
  }

  /** How far an answer with this code reaches. */
  public static FailureScope of(String code) {
    return BY_CODE.getOrDefault(code, CALL);
  }
}
