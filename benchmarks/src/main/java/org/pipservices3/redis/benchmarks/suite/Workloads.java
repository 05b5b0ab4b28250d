package org.pipservices3.redis.benchmarks.suite;

import java.util.SplittableRandom;
import org.pipservices3.redis.benchmarks.contender.CacheClient;
import org.pipservices3.redis.benchmarks.load.ClosedLoop.Task;

/** Workloads are the measured uses of a cache, with their names and keys. */
public final class Workloads {
  static final int SMALL = 100;
  static final int LARGE = 10_240;

  public static final String GET = "GET 100 B";
  public static final String GET_LARGE = "GET 10 KB";
  public static final String SET = "SET 100 B";
  public static final String MIX = "GET/SET/DEL 80/15/5, 100 B";
  public static final String MOSTLY_GET = "GET/SET 90/10, 100 B";
  public static final String MISS = "GET of missing keys";
  public static final String FAR = "GET 100 B, 0.5 ms away";
  public static final String VIRTUAL = "GET 100 B, virtual";
  public static final String NEAR_HIT = "near hit 100 B";
  public static final String NEAR_MISS = "near miss 100 B";
  public static final String PLAIN = "the same keys without a near cache";
  public static final String ALLOCATION = "allocation per GET 100 B";

  public static final String CLUSTER = "GET 100 B, 3 masters";
  public static final String CLUSTER_NEAR_HIT = "near hit 100 B, 3 masters";
  public static final String CLUSTER_HAND_OFF = "unlock here to lock() there, 3 masters";

  public static final String UNCONTENDED = "lock and unlock, uncontended";
  public static final String CONTENDED = "2 clients, empty section";
  public static final String HAND_OFF = "unlock here to lock() returning there";
  public static final String FOREIGN_DEL = "foreign DEL to the waiter holding";
  public static final String HELD = "commands while a lock is held 10 s";
  public static final String RENEWED = "commands of a waiter through 100 renewals in 2 s";

  public static final String LOAD_HIT = "hit of a load, 100 B";
  public static final String LOAD_NEAR_HIT = "near hit of a load, 100 B";
  public static final String RETRIEVE_AS = "retrieveAs";
  public static final String LOAD = "load of distinct keys, empty loader";
  public static final String COLD = "cold key, 4 processes of 64 threads, loader of 20 ms";
  public static final String READ_MANY = "keys read, 100 in a call, 100 B";
  public static final String WRITE_MANY = "keys written, 100 in a call, 100 B";
  public static final String CLEAR = "GET by others while half of the keys are cleared";

  private Workloads() {}

  /** The name of a workload with a number of threads. */
  public static String of(String work, int threads) {
    return work + ", " + threads + (threads == 1 ? " thread" : " threads");
  }

  /** The workload's name for so many processes that contend for one key. */
  public static String ofProcesses(int count) {
    return count + " processes, empty section";
  }

  static String[] keys(String prefix, int count) {
    String[] keys = new String[count];
    for (int i = 0; i < count; i++) {
      keys[i] = prefix + i;
    }
    return keys;
  }

  static String value(int bytes) {
    return "abcdefghij".repeat(bytes / 10);
  }

  static void fill(CacheClient cache, String[] keys, int bytes) {
    String value = value(bytes);
    for (String key : keys) {
      cache.set(key, value);
    }
  }

  /** Reads keys at random; one that is missing is an error. */
  static Task get(CacheClient cache, String[] keys, int seed) {
    SplittableRandom random = new SplittableRandom(seed);
    return () -> {
      if (cache.get(keys[random.nextInt(keys.length)]) == null) {
        throw new IllegalStateException("A value was missing");
      }
    };
  }

  /** Reads keys at random; one that is there is an error. */
  static Task miss(CacheClient cache, String[] keys, int seed) {
    SplittableRandom random = new SplittableRandom(seed);
    return () -> {
      if (cache.get(keys[random.nextInt(keys.length)]) != null) {
        throw new IllegalStateException("There was a value");
      }
    };
  }

  static Task set(CacheClient cache, String[] keys, int seed) {
    SplittableRandom random = new SplittableRandom(seed);
    String value = value(SMALL);
    return () -> cache.set(keys[random.nextInt(keys.length)], value);
  }

  static Task mostlyGet(CacheClient cache, String[] keys, int seed) {
    return mixed(cache, keys, seed, /* gets= */ 90, /* sets= */ 10);
  }

  static Task mix(CacheClient cache, String[] keys, int seed) {
    return mixed(cache, keys, seed, /* gets= */ 80, /* sets= */ 15);
  }

  /** So many of a hundred are reads and writes; the rest removes. */
  private static Task mixed(CacheClient cache, String[] keys, int seed, int gets, int sets) {
    SplittableRandom random = new SplittableRandom(seed);
    String value = value(SMALL);
    return () -> {
      String key = keys[random.nextInt(keys.length)];
      int dice = random.nextInt(100);
      if (dice < gets) {
        cache.get(key);
      } else if (dice < gets + sets) {
        cache.set(key, value);
      } else {
        cache.delete(key);
      }
    };
  }
}
