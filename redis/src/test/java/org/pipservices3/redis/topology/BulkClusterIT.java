package org.pipservices3.redis.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.pipservices3.redis.fixture.Failures.TRACE;
import static org.pipservices3.redis.fixture.Failures.assertFails;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.pipservices3.commons.errors.ApplicationException;
import org.pipservices3.commons.errors.ConnectionException;
import org.pipservices3.redis.cache.ClearOptions;
import org.pipservices3.redis.cache.RedisCache;
import org.pipservices3.redis.fixture.ClusterTopology;
import org.pipservices3.redis.fixture.Components;
import org.pipservices3.redis.fixture.Keys;
import org.pipservices3.redis.fixture.RawRedis;
import org.pipservices3.redis.fixture.RedisServer;

/** Calls on many keys of a cluster whose slots move, or whose masters hang or die. */
@Timeout(180)
class BulkClusterIT {
  private static final int MINUTE = 60_000;
  private static final int COUNT = 300;

  private final String key = Keys.unique("bulk");
  private final ClusterTopology cluster = ClusterTopology.start();
  private final Components components = new Components(cluster.target());
  private final RawRedis raw = cluster.raw();
  private final List<RedisServer> masters = cluster.masters();

  @AfterEach
  void close() throws ApplicationException {
    components.close();
    raw.close();
    cluster.close();
  }

  private List<String> keys() {
    return IntStream.range(0, COUNT).mapToObj(i -> key + i).toList();
  }

  private Map<String, Object> values(List<String> keys) {
    Map<String, Object> values = new LinkedHashMap<>();
    keys.forEach(each -> values.put(each, "of " + each));
    return values;
  }

  /** A key of a master, as a hash tag for more of them. */
  private String tagOn(RedisServer master) {
    return IntStream.range(0, 1_000)
        .mapToObj(i -> "tag" + i)
        .filter(tag -> cluster.masterOf(tag) == master)
        .findFirst()
        .orElseThrow();
  }

  @Test
  void anyBulkCall_slotsMoveOrAreHalfMoved_followsThem() throws Exception {
    for (boolean near : new boolean[] {false, true}) {
      RedisCache cache = components.cache("options.near_cache", near);
      cache.storeAll(null, values(keys()), MINUTE);
      for (int i = 0; i < 10; i++) {
        int slot = ClusterTopology.slotOf(key + i);
        RedisServer owner = cluster.masterOf(key + i);
        RedisServer other = cluster.otherThan(owner);
        cluster.beginMove(slot, owner, other);
        if (i % 2 == 0) {
          cluster.moveKeys(slot, owner, other);
          cluster.endMove(slot, owner, other);
        }
      }
      assertThat(cache.storeAll(null, values(keys()), MINUTE)).isEqualTo(COUNT);
      assertThat(cache.retrieveAll(null, keys())).isEqualTo(values(keys()));
      for (int i = 1; i < 10; i += 2) {
        int slot = ClusterTopology.slotOf(key + i);
        RedisServer owner = cluster.masterOf(key + i);
        RedisServer other = cluster.otherThan(owner);
        cluster.moveKeys(slot, owner, other);
        assertThat(cache.retrieveAll(null, keys())).isEqualTo(values(keys()));
        cluster.endMove(slot, owner, other);
      }
      assertThat(cache.retrieveAll(null, keys())).isEqualTo(values(keys()));
    }
  }

  @Test
  void anyBulkCall_oneMasterHangs_othersKeysAreServed() throws Exception {
    cluster.withoutFailover();
    Object[] brief = {"options.retries", 0, "options.command_timeout", 400};
    RedisCache cache = components.cache(brief);
    List<Object> open = new ArrayList<>(List.of(brief));
    open.addAll(List.of("options.fail_open", true));
    RedisCache failOpen = components.cache(open.toArray());
    RedisServer hung = cluster.masterOf(key + 0);
    List<String> others = keys().stream().filter(each -> cluster.masterOf(each) != hung).toList();
    cache.storeAll(null, values(keys()), MINUTE);
    failOpen.retrieveAll(null, keys());
    hung.pause();
    try {
      ApplicationException error =
          assertFails(() -> cache.retrieveAll(TRACE, keys()), ConnectionException.class, "TIMEOUT");
      assertThat(error.getMessage())
          .contains("(" + others.size() + " of " + COUNT + " keys succeeded)");
      assertThat(failOpen.retrieveAll(null, keys())).isEqualTo(values(others));
      long start = System.nanoTime();
      assertThat(failOpen.retrieveAll(null, keys())).isEqualTo(values(others));
      assertThat(failOpen.storeAll(null, values(keys()), MINUTE)).isEqualTo(others.size());
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(1));
    } finally {
      hung.resume();
    }
  }

  @Test
  void anyBulkCall_masterDies_goesOnWithItsSuccessor() throws Exception {
    RedisCache cache = components.cache();
    cache.storeAll(null, values(keys()), MINUTE);
    try (RawRedis old = masters.get(0).raw()) {
      old.call("WAIT", 1, 5_000);
    }
    masters.get(0).kill();
    assertThat(cache.storeAll(null, values(keys()), MINUTE)).isEqualTo(COUNT);
    assertThat(cache.retrieveAll(null, keys())).isEqualTo(values(keys()));
  }

  /** What moved to a master that was scanned before must not stay. */
  @Test
  void clear_slotMovesToAMasterThatWasCleared_removesItsKeysToo() throws Exception {
    cluster.withoutFailover();
    RedisCache cache = components.cache("options.key_prefix", key);
    for (RedisServer master : masters) {
      for (int i = 0; i < COUNT; i++) {
        raw.set(key + "{" + tagOn(master) + "}" + i, i);
      }
    }
    int[] moves = new int[1];
    Supplier<List<RedisServer>> cleared =
        () -> masters.stream().filter(master -> sizeOf(master) == 0).toList();
    ClearOptions options =
        ClearOptions.defaults()
            .batch(20)
            .onProgress(
                removed -> {
                  List<RedisServer> done = cleared.get();
                  if (moves[0] == 0 && done.size() == 1) {
                    RedisServer next =
                        masters.stream()
                            .filter(master -> sizeOf(master) == COUNT)
                            .findFirst()
                            .orElseThrow();
                    cluster.move(ClusterTopology.slotOf(tagOn(next)), next, done.get(0));
                    moves[0]++;
                  }
                });
    assertThat(cache.clear(null, "", options)).isEqualTo(3 * COUNT);
    assertThat(moves[0]).isOne();
    assertThat(masters).allMatch(master -> sizeOf(master) == 0);
  }

  @Test
  void clear_masterDies_isBegunAgainOnItsSuccessor() throws Exception {
    RedisCache cache = components.cache("options.key_prefix", key);
    cache.storeAll(null, values(keys()), MINUTE);
    for (RedisServer master : masters) {
      try (RawRedis one = master.raw()) {
        one.call("WAIT", 1, 5_000);
      }
    }
    List<RedisServer> killed = new ArrayList<>();
    ClearOptions options =
        ClearOptions.defaults()
            .batch(10)
            .onProgress(
                removed -> {
                  if (removed > 0 && killed.isEmpty()) {
                    killed.add(masters.get(1));
                    masters.get(1).kill();
                  }
                });
    cache.clear(null, "", options);
    assertThat(killed).hasSize(1);
    cluster.masters().forEach(cluster::awaitWhole);
    await()
        .untilAsserted(
            () -> assertThat(cluster.masters()).hasSize(3).allMatch(master -> sizeOf(master) == 0));
  }

  private static long sizeOf(RedisServer server) {
    try (RawRedis one = server.raw()) {
      return (Long) one.call("DBSIZE");
    }
  }
}
