package org.pipservices3.redis.faults;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.pipservices3.redis.cache.RedisCache;
import org.pipservices3.redis.fixture.Ports;

/** With fail_open, a server that only refuses writes is out for writes: reads go on. */
@Timeout(120)
class FailOpenWritesIT extends OnFailOpenCache {
  @Test
  @Tag("alone")
  void anyCall_serverIsAReplicaForAWhile_readsGoOnAndWritesAreBackWithTheMaster() throws Exception {
    RedisCache cache = components.cache(FAIL_OPEN);
    cache.store(null, key, 1, MINUTE);
    raw.call("REPLICAOF", "127.0.0.1", Ports.free());
    assertThat(cache.store(null, key, 2, MINUTE)).isFalse();
    assertThat(timeOf(() -> cache.store(null, key, 2, MINUTE))).isLessThan(AT_ONCE);
    assertThat(cache.retrieve(null, key)).isEqualTo(1);
    raw.call("REPLICAOF", "NO", "ONE");
    promptly().atMost(BACK).until(() -> cache.store(null, key, 3, MINUTE));
  }

  /** Every write waited a second for it. */
  @Test
  void store_tooFewReplicas_isAnsweredAtOnceFromTheSecondOnAndReadsGoOn() throws Exception {
    RedisCache cache = components.cache(FAIL_OPEN);
    cache.store(null, key, 1, MINUTE);
    raw.config("min-replicas-to-write", 1);
    assertThat(cache.store(null, key, 2, MINUTE)).isFalse();
    assertWritesAreOut(cache);
    raw.config("min-replicas-to-write", 0);
    awaitBack(cache);
    awaitInfo(components);
  }

  @Test
  void store_redisCannotSave_isOutForWritesAndReadsGoOn() throws Exception {
    RedisCache cache = components.cache(FAIL_OPEN);
    cache.store(null, key, 1, MINUTE);
    Path inTheWay = failSaving();
    assertThat(cache.store(null, key, 2, MINUTE)).isFalse();
    assertWritesAreOut(cache);
    Files.delete(inTheWay);
    raw.call("SAVE");
    awaitBack(cache);
    awaitInfo(components);
  }

  /** Has Redis refuse writes since it cannot save its data; returns what is in its file's way. */
  private Path failSaving() throws IOException {
    Path inTheWay = Files.createDirectory(Path.of(setting("dir"), setting("dbfilename")));
    raw.config("save", "3600 1");
    raw.call("BGSAVE");
    eventually().until(() -> persistence().contains("rdb_last_bgsave_status:err"));
    return inTheWay;
  }

  private String setting(String name) {
    return new String((byte[]) ((List<?>) raw.call("CONFIG", "GET", name)).get(1), UTF_8);
  }

  private String persistence() {
    return new String((byte[]) raw.call("INFO", "persistence"), UTF_8);
  }

  private void assertWritesAreOut(RedisCache cache) throws Exception {
    List<Duration> times = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      times.add(timeOf(() -> assertThat(cache.store(null, key, 2, MINUTE)).isFalse()));
      times.add(timeOf(() -> assertThat(cache.delete(null, key)).isZero()));
    }
    assertThat(times).filteredOn(time -> time.compareTo(AT_ONCE) > 0).hasSizeLessThan(3);
    assertThat(cache.retrieve(null, key)).isEqualTo(1);
    assertThat(components.counters().count("redis.cache.errors")).isEqualTo(41);
    assertThat(components.logger().text()).doesNotContain("back after");
  }

  @Test
  void store_refusedForItsOwnKeyOrMemory_turnsNothingOff() throws Exception {
    RedisCache cache = components.cache(FAIL_OPEN);
    String list = key + "list";
    raw.call("RPUSH", list, 1);
    cache.store(null, key, 1, MINUTE);
    assertThat(cache.retrieve(null, list)).isNull();
    raw.config("maxmemory", 1);
    assertThat(cache.store(null, key, 2, MINUTE)).isFalse();
    assertThat(cache.retrieve(null, key)).isEqualTo(1);
    assertThat(cache.delete(null, key)).isOne();
    assertThat(components.logger().text()).doesNotContain("back after");
  }
}
