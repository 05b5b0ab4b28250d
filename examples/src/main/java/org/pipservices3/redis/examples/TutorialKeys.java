package org.pipservices3.redis.examples;

import java.util.LinkedHashSet;
import java.util.Set;
import java.util.UUID;
import org.pipservices3.redis.cache.RedisCache;

/**
 * TutorialKeys names the example's keys, which differ from all others, and removes them at the end.
 */
final class TutorialKeys implements AutoCloseable {
  private final RedisCache cache;
  private final String prefix;
  private final Set<String> used = new LinkedHashSet<>();

  /** On a shared server, each run of the example has its own keys. */
  TutorialKeys(RedisCache cache, boolean shared) {
    this.cache = cache;
    prefix =
        shared ? "tutorial:" + UUID.randomUUID().toString().substring(0, 8) + ":" : "tutorial:";
  }

  String key(String name) {
    String key = prefix + name;
    used.add(key);
    return key;
  }

  /** A key for leases: their fencing counter is stored beside it. */
  String leaseKey(String name) {
    String key = key(name);
    used.add("{" + key + "}:fence");
    return key;
  }

  @Override
  public void close() {
    cache.delete("tutorial", used);
  }
}
