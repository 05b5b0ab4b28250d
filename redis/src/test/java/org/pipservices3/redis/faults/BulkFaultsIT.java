package org.pipservices3.redis.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.pipservices3.redis.fixture.Failures.TRACE;
import static org.pipservices3.redis.fixture.Failures.assertFails;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.pipservices3.commons.errors.ApplicationException;
import org.pipservices3.commons.errors.BadRequestException;
import org.pipservices3.commons.errors.ConflictException;
import org.pipservices3.commons.errors.ConnectionException;
import org.pipservices3.commons.errors.InvalidStateException;
import org.pipservices3.commons.errors.InvocationException;
import org.pipservices3.redis.cache.ClearOptions;
import org.pipservices3.redis.cache.LoadOptions;
import org.pipservices3.redis.cache.RedisCache;
import org.pipservices3.redis.fixture.Background;

/** Calls on many keys while connections break, the server hangs, or values are huge. */
@Timeout(120)
class BulkFaultsIT extends OnOwnServer {
  private static final int MIB = 1 << 20;

  private List<String> keys(int count) {
    return IntStream.range(0, count).mapToObj(i -> key + i).toList();
  }

  private Map<String, Object> values(int count) {
    Map<String, Object> values = new LinkedHashMap<>();
    keys(count).forEach(each -> values.put(each, "of " + each));
    return values;
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void anyBulkCall_connectionsAreCutAgainAndAgain_succeeds(boolean near) throws Exception {
    RedisCache cache = proxied.cache("options.near_cache", near, "options.max_size", 10);
    AtomicBoolean stop = new AtomicBoolean();
    Background<Integer> worker =
        Background.call(
            () -> {
              int calls = 0;
              while (!stop.get()) {
                assertThat(cache.storeAll(null, values(500), MINUTE)).isEqualTo(500);
                assertThat(cache.retrieveAll(null, keys(500))).isEqualTo(values(500));
                calls++;
              }
              return calls;
            });
    for (int i = 0; i < 10; i++) {
      long before = raw.callsOf("set");
      eventually().until(() -> worker.isDone() || raw.callsOf("set") > before + 300);
      proxy.cut();
    }
    stop.set(true);
    assertThat(worker.result()).isPositive();
  }

  @Test
  void retrieveAllOrLoad_repliesAreLost_loadsOnceAndStores() throws Exception {
    RedisCache cache = proxied.cache();
    for (String lost : List.of("redis.sha1hex(value) ~= ARGV[4]", "EVALSHA", "pcall")) {
      String start = key + lost.hashCode();
      List<String> keys = IntStream.range(0, 20).mapToObj(i -> start + i).toList();
      raw.call("SCRIPT", "FLUSH");
      proxy.loseReplyTo(lost);
      Map<String, String> loaded = new LinkedHashMap<>();
      keys.forEach(each -> loaded.put(each, "of " + each));
      int[] calls = new int[1];
      assertThat(
              cache.retrieveAllOrLoad(
                  null,
                  keys,
                  String.class,
                  LoadOptions.defaults(),
                  (id, missing) -> {
                    calls[0]++;
                    return loaded;
                  }))
          .isEqualTo(loaded);
      assertThat(proxy.hasLostReply()).as(lost).isTrue();
      assertThat(calls[0]).isOne();
      assertThat(keys).allMatch(raw::exists);
      assertThat(proxied.counters().count("redis.cache.load_superseded")).as(lost).isZero();
      proxy.heal();
    }
  }

  /** Those who had joined used to try one after the other. */
  @Test
  void retrieveAllOrLoad_claimFails_whoHasJoinedFailsToo() throws Exception {
    RedisCache cache = proxied.cache("options.command_timeout", 400, "options.retries", 0);
    loadAll(cache, key + "warm");
    proxy.holdUpOnce("load:{" + key + "}", Duration.ofSeconds(1));
    Background<Integer> owner = Background.call(() -> loadAll(cache, key));
    eventually().until(proxy::hasHeldUp);
    Background<Integer> joiner = Background.call(() -> loadAll(cache, key));
    joiner.awaitSleep();
    assertFails(owner::result, ConnectionException.class, "TIMEOUT");
    assertFails(joiner::result, ConnectionException.class, "TIMEOUT");
  }

  private static int loadAll(RedisCache cache, String asked) {
    return cache
        .retrieveAllOrLoad(
            TRACE,
            List.of(asked),
            String.class,
            LoadOptions.defaults(),
            (id, missing) -> Map.of(asked, "ABC"))
        .size();
  }

  @Test
  void anyBulkCall_serverHangs_endsAsLateAsASingleOne() throws Exception {
    RedisCache cache = components.cache("options.retries", 1, "options.command_timeout", 300);
    cache.storeAll(null, values(500), MINUTE);
    server.pause();
    long start = System.nanoTime();
    ApplicationException error =
        assertFails(
            () -> cache.retrieveAll(TRACE, keys(500)), ConnectionException.class, "TIMEOUT");
    assertThat(error.getMessage()).contains("(0 of 500 keys succeeded)");
    assertFails(
        () -> cache.storeAll(TRACE, values(500), MINUTE), ConnectionException.class, "TIMEOUT");
    assertFails(
        () -> cache.clear(TRACE, key, ClearOptions.defaults()),
        ConnectionException.class,
        "TIMEOUT");
    assertThat(since(start)).isLessThan(Duration.ofSeconds(15));
    server.resume();
    promptly()
        .ignoreExceptions()
        .until(() -> cache.retrieveAll(null, keys(500)).equals(values(500)));
  }

  @Test
  void failOpen_serverIsDown_answersWithoutItAndAtOnce() throws Exception {
    RedisCache cache =
        components.cache(
            "options.fail_open", true, "options.retries", 0, "options.near_cache", true);
    cache.storeAll(null, values(10), MINUTE);
    server.kill();
    assertThat(cache.retrieveAll(null, keys(10))).isEmpty();
    long start = System.nanoTime();
    for (int i = 0; i < 10; i++) {
      assertThat(cache.retrieveAll(null, keys(10), String.class)).isEmpty();
      assertThat(cache.storeAll(null, values(10), MINUTE)).isZero();
      assertThat(
              cache.retrieveAllOrLoad(
                  null,
                  keys(10),
                  Object.class,
                  LoadOptions.defaults(),
                  (id, missing) -> values(10)))
          .isEqualTo(values(10));
    }
    assertThat(since(start)).isLessThan(Duration.ofSeconds(1));
    assertThat(cache.clear(null, key, ClearOptions.defaults())).isZero();
    assertThat(components.counters().count("redis.cache.fail_open")).isEqualTo(32);
    server.restart();
    eventually().until(() -> cache.storeAll(null, values(10), MINUTE) == 10);
    assertThat(cache.retrieveAll(null, keys(10))).isEqualTo(values(10));
  }

  /** The server would close the connection of a client that it owes more. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void retrieveAll_manyLargeValues_asksForFewAtATime(boolean near) throws Exception {
    Map<String, Object> values = new LinkedHashMap<>();
    keys(40).forEach(each -> values.put(each, "x".repeat(MIB)));
    assertThat(components.cache().storeAll(null, values, MINUTE)).isEqualTo(40);
    RedisCache cache = components.cache("options.near_cache", near);
    if (near) {
      awaitTrackers(1);
    }
    cache.retrieve(null, key);
    raw.config("client-output-buffer-limit", "normal 20mb 0 0");
    long connections = raw.connectionsReceived();
    assertThat(cache.retrieveAll(null, keys(40))).isEqualTo(values);
    assertThat(cache.retrieveAll(null, keys(40))).isEqualTo(values);
    assertThat(raw.connectionsReceived() - connections).isLessThan(3);
  }

  @Test
  void retrieveAll_someAreBeyondTheBounds_othersAreRead() throws Exception {
    RedisCache cache = components.cache();
    cache.storeAll(null, values(20), MINUTE);
    raw.set(key + 3, new byte[65 * MIB]);
    raw.set(key + 17, new byte[65 * MIB]);
    for (int i = 0; i < 2; i++) {
      ApplicationException error =
          assertFails(
              () -> cache.retrieveAll(TRACE, keys(20)), BadRequestException.class, "WRONG_VALUE");
      assertThat(error.getMessage()).contains("'" + key + 3 + "'").contains("18 of 20 keys");
    }
    raw.del(key + 3, key + 17);
    assertThat(cache.retrieveAll(null, keys(20))).hasSize(18);
  }

  @Test
  void clear_connectionIsCut_beginsAnewAndRemovesAll() throws Exception {
    RedisCache cache = proxied.cache("options.key_prefix", key);
    for (int i = 0; i < 1_000; i++) {
      raw.set(key + i, i);
    }
    long[] next = {50};
    ClearOptions options =
        ClearOptions.defaults()
            .batch(20)
            .onProgress(
                removed -> {
                  if (removed >= next[0]) {
                    next[0] = removed + 30;
                    proxy.cut();
                  }
                });
    assertThat(cache.clear(null, "", options)).isBetween(1L, 1_000L);
    assertThat(keys(1_000)).noneMatch(raw::exists);
  }

  @Test
  void clear_serverHangsBeyondTheDeadline_isTheTimeout() throws Exception {
    RedisCache cache = components.cache("options.command_timeout", 300);
    server.pause();
    long start = System.nanoTime();
    assertFails(
        () -> cache.clear(TRACE, key, ClearOptions.defaults().deadline(Duration.ofMillis(100))),
        ConflictException.class,
        "CLEAR_TIMEOUT");
    assertThat(since(start)).isLessThan(Duration.ofSeconds(1));
    server.resume();
  }

  @Test
  void clear_mayNotScan_saysSo() throws Exception {
    raw.call("ACL", "SETUSER", "no-scan", "on", ">secret", "~*", "+@all", "-scan");
    RedisCache cache =
        components.cache("credential.username", "no-scan", "credential.password", "secret");
    ApplicationException error =
        assertFails(
            () -> cache.clear(TRACE, key, ClearOptions.defaults()),
            InvocationException.class,
            "NOPERM");
    assertThat(error.getMessage()).containsIgnoringCase("scan").contains("(0 keys removed)");
  }

  @Test
  void clear_close_endsIt() throws Exception {
    RedisCache cache = components.cache("options.key_prefix", key);
    cache.storeAll(null, values(100), MINUTE);
    Background<Long> clearing =
        Background.call(
            () -> cache.clear(TRACE, "", ClearOptions.defaults().batch(10).keysPerSecond(1)));
    eventually().until(() -> raw.callsOf("unlink") > 0);
    cache.close(null);
    assertFails(clearing::result, InvalidStateException.class, "NOT_OPENED");
  }
}
