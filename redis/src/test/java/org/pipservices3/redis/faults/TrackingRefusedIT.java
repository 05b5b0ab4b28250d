package org.pipservices3.redis.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntConsumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.pipservices3.components.log.LogLevel;
import org.pipservices3.redis.cache.RedisCache;
import org.pipservices3.redis.fixture.Background;
import org.pipservices3.redis.fixture.Components;
import org.pipservices3.redis.fixture.RecordingLogger;
import org.pipservices3.redis.fixture.RedisServer;
import org.pipservices3.redis.fixture.Scale;
import org.pipservices3.redis.fixture.Target;
import org.pipservices3.redis.lock.RedisLock;

/** Where the server refuses key tracking, near caches stay off and locks poll, with one warning. */
@Timeout(60)
class TrackingRefusedIT extends OnOwnServer {

  private static final Object[] FORBIDDEN = {
    "credential.username", "tester", "credential.password", "secret"
  };

  @Test
  void retrieve_trackingForbiddenByAcl_readsEveryTimeAndWarnsOnce() throws Exception {
    forbidTracking();
    RedisCache cache = components.cache(with(FORBIDDEN, "options.near_cache", true));
    awaitOneWarning(components);
    assertReadsEveryTime(cache, components, number -> raw.set(key, number));
  }

  @Test
  void acquireLock_trackingForbiddenByAcl_pollsAndWarnsOnce() throws Exception {
    forbidTracking();
    RedisLock lock = components.lock(with(FORBIDDEN, "options.retry_timeout", 50));
    awaitOneWarning(components);
    raw.setIfAbsent(key, FOREIGN, MINUTE);
    raw.call("CONFIG", "RESETSTAT");
    Background<Boolean> waiter = Background.run(() -> lock.acquireLock(null, key, MINUTE, MINUTE));
    await()
        .during(Duration.ofSeconds(1))
        .atMost(Duration.ofSeconds(10))
        .until(() -> !waiter.isDone());
    assertThat(raw.callsOf("set")).as("polls in 1 s").isBetween(3L, 40L);
    raw.del(key);
    long released = System.nanoTime();
    assertThat(waiter.result()).isTrue();
    assertThat(since(released)).isLessThan(Duration.ofSeconds(2));
    assertThat(warnings(components)).hasSize(1);
  }

  @Test
  void anyComponent_serverWithoutHelloAsBeforeRedis6_worksAndWarnsOnceEach() throws Exception {
    try (RedisServer old = RedisServer.start("rename-command HELLO \"\"");
        Components caches = new Components(Target.of(old));
        Components locks = new Components(Target.of(old));
        Components others = new Components(Target.of(old))) {
      RedisCache cache = caches.cache("options.near_cache", true);
      awaitOneWarning(caches);
      RedisCache foreign = others.cache();
      assertReadsEveryTime(cache, caches, number -> foreign.store(null, key, number, MINUTE));
      RedisLock lock = locks.lock("options.retry_timeout", 50);
      awaitOneWarning(locks);
      RedisLock holder = others.lock();
      assertThat(holder.tryAcquireLock(null, key + "lock", MINUTE)).isTrue();
      Background<Boolean> waiter =
          Background.run(() -> lock.acquireLock(null, key + "lock", MINUTE, MINUTE));
      waiter.awaitSleep();
      holder.releaseLock(null, key + "lock");
      assertThat(waiter.result()).isTrue();
      assertThat(warnings(locks)).hasSize(1);
    }
  }

  static Stream<Arguments> refusals() {
    return Stream.of(
        arguments("HELLO", "-ERR unsupported command 'HELLO'"),
        arguments("HELLO", "-ERR invalid request"),
        arguments("HELLO", ""),
        arguments("TRACKING", "-ERR Tracking is disabled here"),
        arguments("TRACKING", ""));
  }

  /** Proxies that do not know these commands, each in its words, were asked every second or two. */
  @ParameterizedTest
  @MethodSource("refusals")
  void anyComponent_proxyRefusesTracking_worksWarnsOnceAndIsNotAskedAgain(
      String command, String reply) throws Exception {
    proxy.answer(command, reply);
    RedisCache cache = proxied.cache("options.near_cache", true);
    awaitOneWarning(proxied);
    int links = proxy.linksMade();
    assertReadsEveryTime(cache, proxied, number -> raw.set(key, number));
    await()
        .during(Duration.ofMillis(Scale.times(2_500, 4_000)))
        .atMost(Duration.ofSeconds(10))
        .until(() -> proxy.linksMade() <= links + 1);
    assertThat(warnings(proxied)).hasSize(1);
  }

  private void forbidTracking() {
    raw.call("ACL", "SETUSER", "tester", "on", ">secret", "~*", "&*", "+@all", "-client");
  }

  private void assertReadsEveryTime(RedisCache cache, Components of, IntConsumer writer) {
    for (int i = 0; i < 100; i++) {
      writer.accept(i);
      assertThat(cache.retrieve(null, key)).isEqualTo(i);
      assertThat(cache.retrieve(null, key)).isEqualTo(i);
    }
    assertThat(of.counters().count("redis.cache.near_hits")).isZero();
    assertThat(warnings(of)).hasSize(1);
  }

  private static void awaitOneWarning(Components of) {
    eventually().until(() -> !warnings(of).isEmpty());
    assertThat(warnings(of)).hasSize(1);
    assertThat(warnings(of).get(0).message()).contains("does not allow key tracking");
  }

  private static List<RecordingLogger.Entry> warnings(Components of) {
    return of.logger().entries(LogLevel.Warn);
  }

  private static Object[] with(Object[] tuples, Object name, Object value) {
    Object[] more = Arrays.copyOf(tuples, tuples.length + 2);
    more[tuples.length] = name;
    more[tuples.length + 1] = value;
    return more;
  }
}
