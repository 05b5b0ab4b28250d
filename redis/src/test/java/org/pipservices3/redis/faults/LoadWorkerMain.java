package org.pipservices3.redis.faults;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.locks.LockSupport;
import org.pipservices3.commons.config.ConfigParams;
import org.pipservices3.redis.cache.LoadOptions;
import org.pipservices3.redis.cache.RedisCache;
import org.pipservices3.redis.fixture.Background;
import org.pipservices3.redis.fixture.RawRedis;

/**
 * Another JVM whose threads all load one key: it says {@code ready} when it has started and loaded
 * another key, and begins when it is told anything; it says {@code loading} when its loader was
 * called, {@code waiting} when all threads wait, and in the end {@code done} with what they got.
 *
 * <p>Each call of the loader is counted in Redis, beside the key, and lasts until Redis holds a
 * value that says go.
 */
final class LoadWorkerMain {
  private static final Duration LOOK = Duration.ofMillis(2);

  private LoadWorkerMain() {}

  /** Arguments: port, key, threads, load timeout in ms. */
  public static void main(String[] args) throws Exception {
    int port = Integer.parseInt(args[0]);
    String key = args[1];
    LoadOptions options =
        LoadOptions.defaults().loadTimeout(Duration.ofMillis(Long.parseLong(args[3])));
    RedisCache cache = new RedisCache();
    cache.configure(
        ConfigParams.fromTuples("connection.host", "localhost", "connection.port", port));
    cache.open(null);
    cache.retrieveOrLoad(null, key + ":other", String.class, options, (trace, asked) -> "any");
    try (RawRedis raw = RawRedis.connect("localhost", port)) {
      say("ready");
      System.in.read();
      List<Background<String>> threads = new ArrayList<>();
      for (int i = 0; i < Integer.parseInt(args[2]); i++) {
        threads.add(
            Background.call(
                () ->
                    cache.retrieveOrLoad(
                        null, key, String.class, options, (trace, asked) -> load(raw, asked))));
      }
      for (Background<String> each : threads) {
        each.awaitSleep();
      }
      say("waiting");
      Set<String> values = new TreeSet<>();
      for (Background<String> each : threads) {
        values.add(each.result());
      }
      say("done " + values);
    }
    cache.close(null);
  }

  private static String load(RawRedis raw, String key) {
    Object number = raw.call("INCR", key + ":loads");
    say("loading");
    while (!raw.exists(key + ":go")) {
      LockSupport.parkNanos(LOOK.toNanos());
    }
    return "load " + number;
  }

  private static synchronized void say(String line) {
    System.out.println(line);
    System.out.flush();
  }
}
