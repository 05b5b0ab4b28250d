package org.pipservices3.redis.internal.loading;

import org.jspecify.annotations.Nullable;
import org.pipservices3.redis.internal.command.RedisCommands;

/**
 * The keys of load leases: each begins with the cache's prefix, so that an ACL's pattern and a
 * removal by prefix include it, and lies in the slot of its value's key, so that a script may use
 * both.
 *
 * <p>Redis takes the text between the first <code>{</code> and the next <code>}</code> for a key's
 * hash tag, if it is not empty, else the whole key. So behind the prefix and {@code load:} comes
 *
 * <ul>
 *   <li><code>{key}</code>, if the key has no <code>}</code>;
 *   <li><code>{tag}key</code> otherwise, with the key's own tag or, where it has none, with a
 *       number that lies in its slot;
 *   <li>the key, if the prefix has a tag, which then is that of both.
 * </ul>
 *
 * <p>A prefix that opens a brace and leaves it open, or begins with an empty pair, makes what
 * follows part of the tag, or the whole key. Then digits bring that into the slot. In each case the
 * lease's key contains the whole key at a place that can be found, so no two keys share a lease.
 *
 * <p>Immutable and safe for any number of threads.
 */
public final class LeaseKeys {
  private static final String WORD = "load:";

  private enum Braces {
    NONE,
    TAG,
    EMPTY_TAG,
    OPEN
  }

  private final String prefix;
  private final String head;
  private final Braces braces;

  /** Creates them for the cache's {@code options.key_prefix}. */
  public LeaseKeys(String prefix) {
    this.prefix = prefix;
    this.head = prefix + WORD;
    this.braces = bracesOf(prefix);
  }

  /** The lease's key for a key, whose prefix is included. */
  public String of(String name) {
    return switch (braces) {
      case TAG -> head + name;
      case EMPTY_TAG -> {
        String whole = head + name + "}";
        yield whole + RedisCommands.tagAfter(whole, name);
      }
      case OPEN -> {
        String tag = head.substring(head.indexOf('{') + 1) + "{";
        yield head + "{" + RedisCommands.tagAfter(tag, name) + "}" + name;
      }
      case NONE ->
          name.indexOf('}') < 0 ? head + "{" + name + "}" : head + "{" + tagOf(name) + "}" + name;
    };
  }

  /** What the keys of all leases begin with. */
  public String head() {
    return head;
  }

  /** The key whose lease this is, prefix included; null if it is no lease. */
  public @Nullable String nameOf(String lease) {
    if (!lease.startsWith(head)) {
      return null;
    }
    String rest = lease.substring(head.length());
    int close = braces == Braces.EMPTY_TAG ? rest.lastIndexOf('}') : rest.indexOf('}');
    String name =
        switch (braces) {
          case TAG -> rest;
          case EMPTY_TAG -> rest.substring(0, Math.max(0, close));
          case OPEN -> rest.substring(close + 1);
          case NONE ->
              close == rest.length() - 1 && close > 0
                  ? rest.substring(1, close)
                  : rest.substring(close + 1);
        };
    return !name.isEmpty() && name.startsWith(prefix) && of(name).equals(lease) ? name : null;
  }

  private static String tagOf(String name) {
    int open = name.indexOf('{');
    int close = open < 0 ? -1 : name.indexOf('}', open);
    return close > open + 1 ? name.substring(open + 1, close) : RedisCommands.tagOf(name);
  }

  private static Braces bracesOf(String prefix) {
    int open = prefix.indexOf('{');
    int close = open < 0 ? -1 : prefix.indexOf('}', open);
    if (open < 0) {
      return Braces.NONE;
    }
    return close < 0 ? Braces.OPEN : close == open + 1 ? Braces.EMPTY_TAG : Braces.TAG;
  }
}
