package org.pipservices3.redis.internal.loading;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.pipservices3.redis.RedisException;

/**
 * What a load asks of Redis: to claim a key's lease, to store the value, and to release the lease
 * without a value. The port between the logic of loads and the wire.
 *
 * <p>A key that is not there cannot tell that it was removed. So during a load there is a lease,
 * which every removal removes: without it nothing is stored. A load that replaces a value, rather
 * than add one, also demands that the value is still the one that was read, by its SHA-1, and has
 * not got a longer life: else somebody has written it anew.
 *
 * <p>Every request is atomic, and retried where its reply was lost. A failure throws {@link
 * RedisException}; requests for many keys note it in their {@link BulkPart}. Safe for any number of
 * threads.
 */
interface LoadStore {

  /**
   * A value that a load may replace.
   *
   * @param sha1 its SHA-1 in lower-case hex digits; empty if there must be no value
   * @param rest the longest that it may still live, in milliseconds; negative for any time
   */
  record Expected(String sha1, long rest) {
    static final Expected NOTHING = new Expected("", -1);
  }

  /**
   * The reply to a claim: a value, or the lease is ours, or somebody's.
   *
   * @param value the value that is there, or null
   * @param expected if the lease is ours, what the fill will find where nobody has written; or null
   * @param token if the lease is ours, what it holds
   * @param left else how long somebody will hold it, in milliseconds
   */
  @SuppressWarnings("ArrayRecordComponent")
  record Claim(byte @Nullable [] value, @Nullable Expected expected, String token, long left) {}

  /** What became of a loaded value. */
  enum Filled {
    /** The lease was not ours any more: something may have been removed. */
    SUPERSEDED,
    /** It is stored, or there was nothing to be stored, and the lease was ours. */
    DONE,
    /** The lease was ours, but another value is there, or the one to be replaced is not. */
    TAKEN
  }

  /** The key of the lease of a key. */
  String leaseOf(String name);

  /** Claims the lease, unless there is a value other than the expected one. */
  Claim claim(LoadCall<?> call, String lease, Expected expected);

  /** Stores a value for so many milliseconds if nothing has come between, and ends the lease. */
  Filled fill(
      LoadCall<?> call, String lease, String token, Expected expected, byte[] json, long ttl);

  /** Ends the lease without a value: DONE if it was still ours. */
  Filled release(LoadCall<?> call, String lease, String token);

  /** Claims the leases of many keys together; each part notes what became of its own. */
  void claimAll(@Nullable String correlationId, LoadSettings settings, List<BulkPart> parts);

  /** Stores the values of many keys together, or releases the leases of those that have none. */
  void settleAll(@Nullable String correlationId, LoadSettings settings, List<BulkPart> parts);

  /** Releases the leases of many keys together. */
  void releaseAll(@Nullable String correlationId, List<BulkPart> parts);

  /** Tries once, for a moment, to release leases by their tokens. Throws nothing. */
  void abandon(Map<String, String> tokensByLease);
}
