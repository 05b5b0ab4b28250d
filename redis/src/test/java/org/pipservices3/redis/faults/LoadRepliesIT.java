package org.pipservices3.redis.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.pipservices3.redis.cache.RedisCache;
import org.pipservices3.redis.fixture.Background;

/** Replies of a load that are lost, requests of it that come late, and leases that vanish. */
@Timeout(60)
class LoadRepliesIT extends OnOwnServer {
  private RedisCache cache;
  private RedisCache other;
  private final AtomicInteger loads = new AtomicInteger();

  @BeforeEach
  void open() throws Exception {
    cache = proxied.cache("options.command_timeout", 400, "options.retries", 20);
    other = components.cache();
    load(cache, key + "warm", () -> "so that Redis knows the scripts");
    loads.set(0);
  }

  @Test
  void claim_replyLost_isOneLoad() {
    proxy.loseReplyTo(lease());
    long start = System.nanoTime();
    assertThat(load(cache, key, () -> "ABC")).isEqualTo("ABC");
    assertThat(since(start))
        .as("it does not wait for its own lease")
        .isLessThan(Duration.ofSeconds(8));
    assertThat(proxy.hasLostReply()).isTrue();
    assertThat(loads).hasValue(1);
    assertStoredAndNoLease("\"ABC\"");
  }

  @Test
  void claim_replyLostAndKeyWrittenBeforeItsRetry_leavesNoLease() throws Exception {
    proxy.loseReplyTo(lease());
    Background<String> load = Background.call(() -> load(cache, key, () -> "ABC"));
    eventually().until(() -> raw.exists(lease()));
    raw.call("SET", key, "\"foreign\"");
    assertThat(load.result()).isEqualTo("foreign");
    assertThat(loads).hasValue(0);
    assertStoredAndNoLease("\"foreign\"");
  }

  @Test
  void fill_replyLost_isStored() {
    assertThat(
            load(
                cache,
                key,
                () -> {
                  proxy.loseReplyTo(lease());
                  return "ABC";
                }))
        .isEqualTo("ABC");
    assertThat(proxy.hasLostReply()).isTrue();
    assertStoredAndNoLease("\"ABC\"");
    assertThat(proxied.counters().count("redis.cache.load_superseded")).isZero();
  }

  @Test
  void release_replyLost_leavesNoLease() {
    assertThat(
            load(
                cache,
                key,
                () -> {
                  proxy.loseReplyTo(lease());
                  return null;
                }))
        .isNull();
    assertThat(proxy.hasLostReply()).isTrue();
    assertStoredAndNoLease(null);
  }

  @Test
  void fill_replyLostAndKeyRemovedBeforeItsRetry_storesNothing() throws Exception {
    Background<String> load =
        Background.call(
            () ->
                load(
                    cache,
                    key,
                    () -> {
                      proxy.loseReplyTo(lease());
                      proxy.refuse();
                      return "old";
                    }));
    eventually().until(() -> raw.exists(key) && proxy.hasLostReply());
    other.remove(null, key);
    proxy.heal();
    assertThat(load.result()).isEqualTo("old");
    assertStoredAndNoLease(null);
  }

  @Test
  void fill_replyLostAndOtherLoadUnderWayAtItsRetry_isRefused() throws Exception {
    Background<String> load =
        Background.call(
            () ->
                load(
                    cache,
                    key,
                    () -> {
                      proxy.loseReplyTo(lease());
                      proxy.refuse();
                      return "old";
                    }));
    eventually().until(() -> raw.exists(key) && proxy.hasLostReply());
    other.remove(null, key);
    String value =
        load(
            other,
            key,
            () -> {
              proxy.heal();
              String old = quietResult(load);
              assertThat(raw.exists(lease())).as("the lease of the second load").isTrue();
              return "new after " + old;
            });
    assertThat(value).isEqualTo("new after old");
    assertStoredAndNoLease("\"new after old\"");
  }

  @Test
  void claim_comesLateAfterItsRetry_takesNothing() {
    proxy.holdUpOnce(lease(), Duration.ofMillis(800));
    assertThat(load(cache, key, () -> "ABC")).isEqualTo("ABC");
    assertThat(proxy.hasHeldUp()).isTrue();
    proxy.awaitHeldUp();
    assertThat(loads).hasValue(1);
    assertStoredAndNoLease("\"ABC\"");
  }

  /** The late request of the claim brings the removed lease back, but not for the load's fill. */
  @Test
  void claim_comesLateAfterItsRetryAndARemove_nothingOlderIsStored() {
    proxy.holdUpOnce(lease(), Duration.ofMillis(1_200));
    assertThat(
            load(
                cache,
                key,
                () -> {
                  other.remove(null, key);
                  proxy.awaitHeldUp();
                  return "old";
                }))
        .isEqualTo("old");
    assertThat(raw.text(key)).isNull();
  }

  @Test
  void fill_comesLateAfterItsRetryAndARemove_storesNothing() {
    assertThat(
            load(
                cache,
                key,
                () -> {
                  proxy.holdUpOnce(lease(), Duration.ofMillis(800));
                  return "old";
                }))
        .isEqualTo("old");
    other.remove(null, key);
    proxy.awaitHeldUp();
    assertStoredAndNoLease(null);
    assertThat(load(other, key, () -> "new")).isEqualTo("new");
  }

  @Test
  void everythingFlushed_duringALoad_nothingIsStored() {
    assertThat(
            load(
                cache,
                key,
                () -> {
                  raw.call("FLUSHALL");
                  return "ABC";
                }))
        .isEqualTo("ABC");
    assertStoredAndNoLease(null);
  }

  @Test
  void everythingFlushedAndLoadedAnew_duringALoad_theOlderStoresNothing() {
    String value =
        load(
            cache,
            key,
            () -> {
              raw.call("FLUSHALL");
              return load(other, key, () -> "new") + " and older";
            });
    assertThat(value).isIn("new and older", "new");
    assertStoredAndNoLease("\"new\"");
  }

  @Test
  void scriptsFlushed_atEveryStep_worksAsEver() {
    raw.call("SCRIPT", "FLUSH");
    assertThat(
            load(
                cache,
                key,
                () -> {
                  raw.call("SCRIPT", "FLUSH");
                  return "ABC";
                }))
        .isEqualTo("ABC");
    assertStoredAndNoLease("\"ABC\"");
  }

  @Test
  void serverRestartedWithoutItsData_duringALoad_nothingOlderIsStored() throws Exception {
    String value =
        load(
            cache,
            key,
            () -> {
              server.kill();
              server.restart();
              return "ABC";
            });
    assertThat(value).isEqualTo("ABC");
    try (var again = server.raw()) {
      assertThat(again.exists(key)).isFalse();
      assertThat(again.exists(lease())).isFalse();
    }
  }

  private interface Loading {
    @Nullable String get();
  }

  private @Nullable String load(RedisCache by, String asked, Loading loading) {
    return by.retrieveOrLoad(
        null,
        asked,
        String.class,
        MINUTE,
        (trace, same) -> {
          loads.incrementAndGet();
          return loading.get();
        });
  }

  private static String quietResult(Background<String> call) {
    try {
      return call.result();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private void assertStoredAndNoLease(@Nullable String json) {
    assertThat(raw.text(key)).isEqualTo(json);
    assertThat(raw.exists(lease())).as("a lease").isFalse();
  }

  private String lease() {
    return "load:{" + key + "}";
  }
}
