package org.pipservices3.redis.benchmarks.suite;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.pipservices3.redis.benchmarks.contender.Address;
import org.pipservices3.redis.benchmarks.contender.Contender;
import org.pipservices3.redis.benchmarks.contender.Contenders;
import org.pipservices3.redis.benchmarks.contender.LockClient;

/**
 * LockProcessMain is a JVM that contends for locks on the commands of its standard input. It
 * answers with the two times of every acquisition: right after it, and right before its release. It
 * ends with its input.
 */
final class LockProcessMain {
  private final Map<String, LockClient> clients = new LinkedHashMap<>();

  private LockProcessMain() {}

  /** Runs one, for the Redis at this host and port. */
  public static void main(String... args) throws Exception {
    Address redis = new Address(args[0], Integer.parseInt(args[1]));
    LockProcessMain process = new LockProcessMain();
    for (Contender<LockClient> contender : Contenders.locks()) {
      process.clients.put(contender.name(), contender.open(redis));
    }
    System.out.println(WorkerProcess.READY + System.nanoTime());
    process.serve();
    // Some contenders leave threads behind.
    Runtime.getRuntime().halt(0);
  }

  private void serve() throws IOException {
    BufferedReader orders =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String order = orders.readLine(); order != null; order = orders.readLine()) {
      String[] parts = order.split("\t", -1);
      try {
        String stamps =
            fight(
                clients.get(parts[0]),
                parts[1],
                Long.parseLong(parts[2]),
                Long.parseLong(parts[3]));
        System.out.println(stamps);
      } catch (Exception e) {
        System.out.println("failed " + e);
      }
    }
  }

  private static String fight(LockClient client, String key, long start, long end)
      throws Exception {
    StringBuilder stamps = new StringBuilder(WorkerProcess.DONE.trim());
    for (long left = start - System.nanoTime(); left > 0; left = start - System.nanoTime()) {
      LockSupport.parkNanos(Math.min(left, TimeUnit.MILLISECONDS.toNanos(1)));
    }
    while (System.nanoTime() - end < 0) {
      client.lock(key);
      stamps.append(' ').append(System.nanoTime());
      stamps.append(' ').append(System.nanoTime());
      client.unlock(key);
    }
    return stamps.toString();
  }
}
