package org.pipservices3.redis.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.pipservices3.commons.errors.ApplicationException;
import org.pipservices3.commons.errors.BadRequestException;
import org.pipservices3.commons.errors.ConnectionException;
import org.pipservices3.commons.errors.InvalidStateException;
import org.pipservices3.commons.errors.InvocationException;
import org.pipservices3.commons.refer.Descriptor;
import org.pipservices3.commons.refer.References;
import org.pipservices3.components.log.LogLevel;
import org.pipservices3.redis.RedisException;
import org.pipservices3.redis.connect.Connector;
import org.pipservices3.redis.fixture.RecordingCounters;
import org.pipservices3.redis.fixture.RecordingLogger;

/** Which failures a cache hides, and what it tells of them. */
class JournalTest {
  private final RecordingLogger logger = new RecordingLogger();
  private final RecordingCounters counters = new RecordingCounters();
  private final Connector<Object> connector =
      new Connector<>("cache", session -> this, engine -> {});
  private final Journal journal = new Journal(connector);

  @BeforeEach
  void refer() {
    References references = new References();
    references.put(new Descriptor("pip-services", "logger", "test", "default", "1.0"), logger);
    references.put(new Descriptor("pip-services", "counters", "test", "default", "1.0"), counters);
    connector.setReferences(references);
  }

  static ApplicationException[] failuresOfRedis() {
    return new ApplicationException[] {
      new ConnectionException("trace", "TIMEOUT", "GET on key '50%' was not answered"),
      new InvocationException("trace", "OOM", "GET on key '50%' was refused")
    };
  }

  static ApplicationException[] otherFailures() {
    return new ApplicationException[] {
      new BadRequestException("trace", "WRONG_VALUE", "wrong"),
      new InvalidStateException("trace", "NOT_OPENED", "closed")
    };
  }

  @ParameterizedTest
  @MethodSource("failuresOfRedis")
  void failed_redisAndFailOpen_isHiddenAndTold(ApplicationException cause) {
    journal.failed("trace", /* failOpen= */ true, new RedisException(cause));
    assertThat(counters.counts())
        .isEqualTo(Map.of("redis.cache.errors", 1L, "redis.cache.fail_open", 1L));
    assertThat(logger.entries(LogLevel.Warn)).hasSize(1);
    assertThat(logger.text()).contains("trace", cause.getMessage(), "fail_open");
  }

  @Test
  void failed_manyTimesInARow_isToldOnce() {
    for (int i = 0; i < 1_000; i++) {
      journal.failed(null, /* failOpen= */ true, new RedisException(failuresOfRedis()[0]));
    }
    assertThat(logger.entries()).hasSize(1);
    assertThat(counters.count("redis.cache.fail_open")).isEqualTo(1_000);
  }

  @ParameterizedTest
  @MethodSource("failuresOfRedis")
  void failed_redisWithoutFailOpen_isThrownAndCountedButNotLogged(ApplicationException cause) {
    assertThrown(/* failOpen= */ false, cause);
  }

  @ParameterizedTest
  @MethodSource("otherFailures")
  void failed_notRedis_isAlwaysThrown(ApplicationException cause) {
    assertThrown(/* failOpen= */ true, cause);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 1_000})
  void removed_keys_areCountedEach(int keys) {
    journal.removed(keys);
    assertThat(counters.count("redis.cache.removes")).isEqualTo(keys);
  }

  private void assertThrown(boolean failOpen, ApplicationException cause) {
    RedisException failure = new RedisException(cause);
    assertThatThrownBy(() -> journal.failed("trace", failOpen, failure)).isSameAs(failure);
    assertThat(counters.counts()).isEqualTo(Map.of("redis.cache.errors", 1L));
    assertThat(logger.entries()).isEmpty();
  }
}
