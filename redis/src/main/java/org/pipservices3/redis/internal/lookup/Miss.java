package org.pipservices3.redis.internal.lookup;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Why a {@link Lookup} has no value. Immutable. */
public final class Miss {
  /** Redis has none. */
  public static final Miss NONE = new Miss("");

  /** Redis was not asked, or failed, and the cache hides that. */
  public static final Miss OUT = new Miss("");

  private final String sha1;

  private Miss(String sha1) {
    this.sha1 = sha1;
  }

  /** There is a value that is of no use. */
  public static Miss unfit(byte[] json) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-1").digest(json);
      return new Miss(HexFormat.of().formatHex(digest));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("Every Java platform has SHA-1", e);
    }
  }

  /** The SHA-1, in lower-case hex digits, of the value that may be replaced; empty without one. */
  public String sha1() {
    return sha1;
  }
}
