package org.pipservices3.redis.lock;

/**
 * The generation of a lease's token that its next extension sends.
 *
 * <p>A request without an answer may still run at any time. If it then gave the key a shorter time
 * to live than a later extension did, another could acquire the key while the lease is held. So an
 * extension to a longer time than such a request increases the token's generation, and the late
 * request changes nothing. An extension to the same or a shorter time needs no new generation: a
 * late request can only keep the key for longer than the lease expects.
 *
 * <p>Guarded by the lock of {@link LeaseExtension}.
 */
final class ExtensionToken {
  private String token;
  private long shortest = Long.MAX_VALUE; // ttl in ms of the requests without an answer

  ExtensionToken(String token) {
    this.token = token;
  }

  /** The token for an extension to this time to live, in milliseconds. */
  String next(long ttl) {
    if (ttl > shortest) {
      token = Tokens.nextGeneration(token);
      shortest = Long.MAX_VALUE;
    }
    return token;
  }

  /** Records that a request for this time to live, in milliseconds, may still run. */
  void unanswered(long ttl) {
    shortest = Math.min(shortest, ttl);
  }
}
