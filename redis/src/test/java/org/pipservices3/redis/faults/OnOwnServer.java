package org.pipservices3.redis.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.pipservices3.commons.errors.ApplicationException;
import org.pipservices3.redis.fixture.Background;
import org.pipservices3.redis.fixture.Components;
import org.pipservices3.redis.fixture.Keys;
import org.pipservices3.redis.fixture.RawRedis;
import org.pipservices3.redis.fixture.RedisServer;
import org.pipservices3.redis.fixture.Target;
import org.pipservices3.redis.fixture.TcpProxy;

/**
 * A server of its own for every test, a bad network in front of it, and the components that use it:
 * directly, or through the proxy.
 */
abstract class OnOwnServer {

  static final int MINUTE = 60_000;
  static final String FOREIGN = "00112233445566778899aabbccddeeff";

  /**
   * What is woken has to be there after this time: long for a busy machine, and much shorter than
   * the 7 s after which a waiter that missed its call looks again.
   */
  static final Duration PROMPT = Duration.ofSeconds(4);

  final String key = Keys.unique("fault");
  RedisServer server;
  TcpProxy proxy;
  RawRedis raw;
  Components components;
  Components proxied;

  @BeforeEach
  void startServer() {
    server = RedisServer.start();
    proxy = TcpProxy.to(server.port());
    raw = server.raw();
    components = new Components(Target.of(server));
    proxied = new Components(Target.of(proxy, server));
  }

  @AfterEach
  void stopServer() throws ApplicationException {
    proxy.heal();
    components.close();
    proxied.close();
    proxy.close();
    raw.close();
    server.close();
  }

  /** Waits until so many clients have key tracking on, and returns their ids. */
  List<String> awaitTrackers(int count) {
    eventually().until(() -> raw.trackers().size() == count);
    return raw.trackers();
  }

  /** Kills all tracking connections and runs one more command, with nothing in between. */
  void killTrackersAnd(String command, Object... arguments) {
    List<String> trackers = raw.trackers();
    assertThat(trackers).isNotEmpty();
    raw.call("MULTI");
    trackers.forEach(id -> raw.call("CLIENT", "KILL", "ID", id));
    raw.call(command, arguments);
    raw.call("EXEC");
  }

  /** Waits until somebody has read so many remaining times, and so watches a lock. */
  void awaitWatching(long count) {
    eventually().until(() -> raw.callsOf("pttl") >= count);
  }

  /** What locks and caches have asked of the server since its start or CONFIG RESETSTAT. */
  static long commands(RawRedis raw) {
    return List.of("set", "get", "pttl", "del", "eval", "evalsha", "pexpire", "exists").stream()
        .mapToLong(raw::callsOf)
        .sum();
  }

  static ConditionFactory eventually() {
    return await().atMost(Duration.ofSeconds(15)).pollInterval(Duration.ofMillis(2));
  }

  static ConditionFactory promptly() {
    return await().atMost(PROMPT).pollInterval(Duration.ofMillis(2));
  }

  static Duration since(long start) {
    return Duration.ofNanos(System.nanoTime() - start);
  }

  /** Does the same on many threads at once and waits for all of them. */
  static void onThreads(int count, Background.Action action) throws Exception {
    List<Background<Boolean>> workers = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      workers.add(Background.run(action));
    }
    for (Background<Boolean> worker : workers) {
      assertThat(worker.result()).isTrue();
    }
  }
}
