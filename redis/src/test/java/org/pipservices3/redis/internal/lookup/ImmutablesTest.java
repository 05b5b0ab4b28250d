package org.pipservices3.redis.internal.lookup;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ImmutablesTest {

  record Price(BigDecimal amount, String currency) {}

  record Order(
      UUID id, Price price, Instant placed, DayOfWeek day, int count, @Nullable Long tax) {}

  record Chain(String name, @Nullable Chain next) {}

  record Empty() {}

  record WithList(String name, List<String> lines) {}

  @SuppressWarnings("ArrayRecordComponent")
  record WithArray(byte[] bytes) {}

  record WithRecordWithDate(String name, WithDate inner) {}

  record WithDate(Date date) {}

  record WithObject(Object any) {}

  record Generic<T>(T any) {}

  record MutableChain(@Nullable MutableChain next, AtomicInteger count) {}

  static class Plain {
    final int x = 1;
  }

  @ParameterizedTest
  @ValueSource(
      classes = {
        String.class, Integer.class, BigDecimal.class, Instant.class, ZonedDateTime.class,
        DayOfWeek.class, Price.class, Order.class, Chain.class, Empty.class
      })
  void include_whatNobodyCanChange_isSo(Type type) {
    assertThat(Immutables.include(type)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      classes = {
        WithList.class,
        WithArray.class,
        WithRecordWithDate.class,
        WithObject.class,
        Generic.class,
        MutableChain.class,
        Plain.class,
        Map.class,
        List.class,
        Object.class,
        byte[].class,
        Date.class,
        Optional.class,
        AtomicInteger.class,
        Number.class,
        CharSequence.class
      })
  void include_whatCallersCanChange_isNot(Type type) {
    assertThat(Immutables.include(type)).isFalse();
  }
}
