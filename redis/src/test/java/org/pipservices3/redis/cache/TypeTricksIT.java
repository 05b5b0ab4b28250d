package org.pipservices3.redis.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.pipservices3.redis.fixture.Failures.TRACE;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.pipservices3.redis.RedisException;

/** Values that name a class: they never choose what is made. */
class TypeTricksIT extends OnRawValues {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"@class\":\"java.net.URL\",\"val\":\"http://localhost:1\"}",
        "{\"@type\":\"java.util.Date\",\"time\":5}",
        "{\"@c\":\".Point\",\"x\":1}"
      })
  void retrieve_typeTricks_arePlainMaps(String stored) {
    raw.set(key, stored);
    assertThat(cache.retrieve(null, key)).isExactlyInstanceOf(LinkedHashMap.class);
    assertThat(cache.retrieveAs(null, key, Object.class)).isExactlyInstanceOf(LinkedHashMap.class);
    assertThat((Map<?, ?>) cache.retrieveAs(null, key, Map.class)).hasSize(2);
  }

  @Test
  void retrieve_typeNameInArray_isPlainList() {
    raw.set(key, "[\"java.util.Date\",5]");
    assertThat(cache.retrieve(null, key)).isEqualTo(List.of("java.util.Date", 5));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"@class\":\"org.pipservices3.redis.cache.TypeTricksIT$Trap\",\"x\":1}",
        "{\"@type\":\"org.pipservices3.redis.cache.TypeTricksIT$Trap\",\"x\":1}",
        "{\"x\":{\"@class\":\"org.pipservices3.redis.cache.TypeTricksIT$Trap\"}}",
        "[\"org.pipservices3.redis.cache.TypeTricksIT$Trap\",{\"x\":1}]",
        "[\"org.pipservices3.redis.cache.TypeTricksIT$Trap\",[\"java.util.Date\",1]]"
      })
  void retrieve_typeTricks_makeNothing(String stored) {
    raw.set(key, stored);
    for (Class<?> type : List.of(Object.class, Map.class, List.class, Point.class, Holder.class)) {
      try {
        cache.retrieveAs(TRACE, key, type);
      } catch (RedisException e) {
        assertThat(e.code()).isEqualTo("WRONG_VALUE");
      }
    }
    cache.retrieve(TRACE, key);
    assertThat(Trap.SPRUNG).hasValue(0);
  }

  /** What a type trick would make. */
  public static final class Trap {
    static final AtomicInteger SPRUNG = new AtomicInteger();

    public Trap() {
      SPRUNG.incrementAndGet();
    }
  }
}
