package org.pipservices3.redis.build;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.pipservices3.commons.refer.Descriptor;

class DefaultRedisFactoryTest {
  private final DefaultRedisFactory factory = new DefaultRedisFactory();

  @ParameterizedTest
  @CsvSource({
    "cache, RedisCache",
    "lock, RedisLock",
    "state-store, RedisStateStore",
    "connection, RedisConnection"
  })
  void create_descriptorOfAnyName_makesTheComponent(String kind, String type) throws Exception {
    Descriptor locator = new Descriptor("pip-services", kind, "redis", "orders", "1.0");
    assertThat(factory.canCreate(locator)).isNotNull();
    Object component = factory.create(locator);
    assertThat(component.getClass().getSimpleName()).isEqualTo(type);
    assertThat(factory.create(locator)).isNotSameAs(component);
  }

  @Test
  void canCreate_otherType_isNull() {
    Descriptor locator = new Descriptor("pip-services", "lock", "memory", "default", "1.0");
    assertThat(factory.canCreate(locator)).isNull();
  }
}
