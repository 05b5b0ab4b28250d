package org.pipservices3.redis.lock;

import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Makes the tokens that mark a key in Redis as ours: 32 lower-case hex digits, another one for
 * every acquisition.
 *
 * <p>The first half is random and stands for the component, the second is a counter behind a
 * bijection with a secret offset. So tokens of one component never repeat, those of two collide
 * only if 64 random bits do, nobody can guess the next, and no acquisition waits for the system's
 * random source.
 *
 * <p>Safe for any number of threads.
 */
final class Tokens {
  private static final HexFormat HEX = HexFormat.of();

  private final String component;
  private final AtomicLong counter;

  Tokens() {
    SecureRandom random = new SecureRandom();
    this.component = HEX.toHexDigits(random.nextLong());
    this.counter = new AtomicLong(random.nextLong());
  }

  String next() {
    return component + HEX.toHexDigits(mix(counter.getAndIncrement()));
  }

  /** The finaliser of SplitMix64: maps the longs one to one, neighbours far apart. */
  private static long mix(long n) {
    long z = (n ^ (n >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }
}
