package org.pipservices3.redis.lock;

import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Creates tokens: the values under a key that identify one acquisition, of 32 lower-case hex
 * digits.
 *
 * <p>The first 8 digits are random and identify the component. The next 16 are a counter with a
 * secret offset, mixed by a bijection. So tokens of one component never repeat, those of two
 * collide only if 96 random bits do, nobody can guess the next one, and no acquisition waits for
 * the system's random source.
 *
 * <p>The last 8 digits are the generation, which starts at 0. All generations of a token identify
 * the same acquisition. After an extension with a higher generation, a late request with a lower
 * one changes nothing.
 *
 * <p>Safe for any number of threads.
 */
final class Tokens {
  /** The digits that identify an acquisition; the {@link LockScripts} have the same number. */
  private static final int IDENTITY = 24;

  private static final HexFormat HEX = HexFormat.of();

  private final String component;
  private final AtomicLong counter;

  Tokens() {
    SecureRandom random = new SecureRandom();
    this.component = HEX.toHexDigits(random.nextInt());
    this.counter = new AtomicLong(random.nextLong());
  }

  String next() {
    return component + HEX.toHexDigits(mix(counter.getAndIncrement())) + HEX.toHexDigits(0);
  }

  /** The next generation of a token. */
  static String nextGeneration(String token) {
    int generation = HexFormat.fromHexDigits(token, IDENTITY, token.length());
    return token.substring(0, IDENTITY) + HEX.toHexDigits(generation + 1);
  }

  /** The finaliser of SplitMix64: maps the longs one to one, neighbours far apart. */
  private static long mix(long n) {
    long z = (n ^ (n >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }
}
