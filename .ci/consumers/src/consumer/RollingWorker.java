package consumer;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import org.pipservices3.commons.config.ConfigParams;
import org.pipservices3.redis.cache.RedisCache;
import org.pipservices3.redis.lock.LockLease;
import org.pipservices3.redis.lock.RedisLock;
import org.pipservices3.redis.state.RedisStateStore;

/**
 * One version of the module, which does what it is told line by line, and answers each line with one.
 *
 * <p>Argument: the URI of the server.
 */
public final class RollingWorker {
  /** What is stored and loaded. */
  public record Order(String id, int count) {}

  private final BufferedReader in =
      new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
  private final RedisCache cache = new RedisCache();
  private final RedisLock lock = new RedisLock();
  private final RedisStateStore states = new RedisStateStore();

  private RollingWorker() {}

  public static void main(String[] args) throws Exception {
    ConfigParams config =
        ConfigParams.fromTuples("connection.uri", args[0], "options.near_cache", true);
    RollingWorker worker = new RollingWorker();
    worker.cache.configure(config);
    worker.lock.configure(ConfigParams.fromTuples("connection.uri", args[0]));
    worker.states.configure(ConfigParams.fromTuples("connection.uri", args[0]));
    worker.cache.open(null);
    worker.lock.open(null);
    worker.states.open(null);
    System.out.println("ready");
    for (String line = worker.in.readLine(); line != null; line = worker.in.readLine()) {
      System.out.println(worker.answer(line.split(" ")));
    }
    worker.cache.close(null);
    worker.lock.close(null);
    worker.states.close(null);
  }

  private String answer(String[] call) throws Exception {
    String key = call[1];
    return switch (call[0]) {
      case "store" -> {
        Order order = new Order(call[2], 17);
        yield String.valueOf(cache.store(null, key, order, 60_000));
      }
      case "retrieve" -> text(cache.retrieveAs(null, key, Order.class));
      case "remove" -> {
        cache.remove(null, key);
        yield "removed";
      }
      case "save" -> String.valueOf(states.<Object>save(null, key, Map.of("step", call[2])));
      case "load-state" -> String.valueOf(states.<Object>load(null, key));
      case "try" -> String.valueOf(lock.tryAcquireLock(null, key, 30_000));
      case "acquire" -> {
        lock.acquireLock(null, key, 30_000, 10_000);
        yield "acquired";
      }
      case "release" -> {
        lock.releaseLock(null, key);
        yield "released";
      }
      case "lease" -> {
        LockLease lease = lock.lease(null, key, Duration.ofSeconds(30), Duration.ofSeconds(10));
        long token = lease.fencingToken();
        lease.close();
        yield String.valueOf(token);
      }
      case "load" -> text(cache.retrieveOrLoad(null, key, Order.class, 60_000, this::slow));
      default -> throw new IllegalArgumentException(call[0]);
    };
  }

  /** Says that it loads, and goes on when it is told to. */
  private Order slow(String correlationId, String key) throws IOException {
    System.out.println("loading");
    in.readLine();
    return new Order("by-" + ProcessHandle.current().pid(), 1);
  }

  private static String text(Order order) {
    return order == null ? "none" : order.id();
  }
}
