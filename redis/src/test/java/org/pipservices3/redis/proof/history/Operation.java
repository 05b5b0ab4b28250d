package org.pipservices3.redis.proof.history;

/**
 * Something that a thread of a worker process did or saw, from its begin to its end.
 *
 * <p>Times are those of {@link System#nanoTime}, which all processes of one Linux machine share.
 *
 * @param id unique in a history; an operation on a lock or a lease names that of its acquisition as
 *     its argument
 * @param argument the value of a {@link Kind#STORE}; the ttl in ms of an acquisition; else see id
 * @param patience how long it was to wait at the most, in nanoseconds, beyond its commands
 * @param end {@link Long#MAX_VALUE} if it did not end
 * @param result the value of a read, empty for none; the fencing token of a lease; see {@link Kind}
 */
public record Operation(
    String id,
    int process,
    int thread,
    Kind kind,
    String key,
    String argument,
    long patience,
    long begin,
    long end,
    Outcome outcome,
    String result) {

  /** The result of a call that failed since the hammer itself interrupted its thread. */
  public static final String INTERRUPTED = "INTERRUPTED";

  /** What was done. */
  public enum Kind {
    STORE,
    REMOVE,
    /** A read past the near cache. */
    READ,
    /** A read that may be served from the near cache. */
    NEAR_READ,
    /** Whether the near cache serves reads again; asked after the faults. */
    NEAR_HIT,
    /** A load past the near cache. */
    LOAD,
    /** A load that may be served from the near cache. */
    NEAR_LOAD,
    /** A loader that ran within a load, on its thread: the value that it returned. */
    LOADING,
    TRY_LOCK,
    ACQUIRE,
    RELEASE,
    TRY_LEASE,
    LEASE,
    /** Asking a lease what it has left: nanoseconds, zero when it is over. */
    CHECK,
    /** Having a lease renewed from now on. */
    KEEP,
    /** The lease told that it was lost. */
    LOST,
    RELEASE_LEASE,
    /** A write to the guarded resource: the number of the write there, or zero if refused. */
    GUARDED,
    /** Closing everything: how many threads of the library stayed. */
    CLOSE;

    public boolean acquires() {
      return this == TRY_LOCK || this == ACQUIRE || leases();
    }

    public boolean leases() {
      return this == TRY_LEASE || this == LEASE;
    }

    public boolean writes() {
      return this == STORE || this == REMOVE;
    }
  }

  /** How it ended. */
  public enum Outcome {
    OK,
    /** It was told no: the lock is another's, the waiting was over, the token is stale. */
    REFUSED,
    /** An error that the library documents: what it did is unknown. */
    FAILED,
    /** An error that it does not. */
    BROKEN,
    /** It has not ended, perhaps since its process was killed. */
    OPEN
  }

  boolean isOk() {
    return outcome == Outcome.OK;
  }

  /** When its effect was complete; never, if that is unknown. */
  long settled() {
    return isOk() || outcome == Outcome.REFUSED ? end : Long.MAX_VALUE;
  }

  long number() {
    return Long.parseLong(result);
  }
}
