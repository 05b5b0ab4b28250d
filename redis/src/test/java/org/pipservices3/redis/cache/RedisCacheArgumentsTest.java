package org.pipservices3.redis.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.pipservices3.redis.fixture.Failures.TRACE;
import static org.pipservices3.redis.fixture.Failures.assertFails;

import com.fasterxml.jackson.databind.Module;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullAndEmptySource;
import org.junit.jupiter.params.provider.ValueSource;
import org.pipservices3.commons.config.ConfigParams;
import org.pipservices3.commons.errors.BadRequestException;
import org.pipservices3.commons.errors.InvalidStateException;
import org.pipservices3.commons.refer.References;
import org.pipservices3.redis.RedisException;

/** What a cache refuses before it needs Redis. */
class RedisCacheArgumentsTest {
  private static final Module NO_MODULE = null;

  private final RedisCache cache = new RedisCache();

  @ParameterizedTest
  @NullAndEmptySource
  void anyMethod_noKey_isBadRequest(@Nullable String noKey) {
    assertNoKey(() -> cache.retrieve(TRACE, noKey));
    assertNoKey(() -> cache.retrieveAs(TRACE, noKey, String.class));
    assertNoKey(() -> cache.store(TRACE, noKey, 1, 1));
    assertNoKey(() -> cache.remove(TRACE, noKey));
    assertNoKey(() -> cache.delete(TRACE, noKey));
    assertNoKey(() -> cache.delete(TRACE, Arrays.asList("key", noKey)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"\uD800", "a\uDC00", "\uDC00\uD800", "\uD83E\uD83E\uDD8A", "a\uD83Eb"})
  void anyMethod_halfASurrogatePairInTheKey_isBadRequest(String key) {
    assertWrongKey(() -> cache.retrieve(TRACE, key));
    assertWrongKey(() -> cache.retrieveAs(TRACE, key, String.class));
    assertWrongKey(() -> cache.store(TRACE, key, 1, 1));
    assertWrongKey(() -> cache.remove(TRACE, key));
    assertWrongKey(() -> cache.delete(TRACE, key));
    assertWrongKey(() -> cache.delete(TRACE, List.of("key", key)));
  }

  @Test
  void registerModule_null_isRefused() {
    assertThatThrownBy(() -> cache.registerModule(NO_MODULE))
        .isInstanceOfSatisfying(
            RedisException.class, e -> assertThat(e.code()).isEqualTo("WRONG_OPTION"));
  }

  @Test
  void anyMethod_wholeSurrogatePairInTheKey_isNoMistake() {
    assertNotOpened(() -> cache.retrieve(TRACE, "\uD83E\uDD8Aa\uD83E\uDD8A"));
  }

  @Test
  void delete_noCollection_isBadRequest() {
    Collection<String> none = null;
    assertNoKey(() -> cache.delete(TRACE, none));
  }

  @Test
  void retrieveAs_noType_isBadRequest() {
    assertFails(
        () -> cache.retrieveAs(TRACE, "key", (Class<?>) null),
        BadRequestException.class,
        "WRONG_VALUE");
  }

  @Test
  void anyMethod_neverOpened_isNotOpened() {
    assertThat(cache.isOpen()).isFalse();
    assertNotOpened(() -> cache.retrieve(TRACE, "key"));
    assertNotOpened(() -> cache.retrieveAs(TRACE, "key", String.class));
    assertNotOpened(() -> cache.store(TRACE, "key", 1, 1));
    assertNotOpened(() -> cache.remove(TRACE, "key"));
    assertNotOpened(() -> cache.delete(TRACE, "key"));
    assertNotOpened(() -> cache.delete(TRACE, List.of()));
  }

  @Test
  void lifecycle_neverOpened_canBeClosed() {
    assertThatCode(
            () -> {
              cache.configure(ConfigParams.fromTuples("options.timeout", "nonsense"));
              cache.setReferences(new References());
              cache.unsetReferences();
              cache.close(null);
            })
        .doesNotThrowAnyException();
  }

  private static void assertNoKey(ThrowingCallable call) {
    assertFails(call, BadRequestException.class, "NO_KEY");
  }

  private static void assertWrongKey(ThrowingCallable call) {
    assertFails(call, BadRequestException.class, "WRONG_KEY");
  }

  private static void assertNotOpened(ThrowingCallable call) {
    assertFails(call, InvalidStateException.class, "NOT_OPENED");
  }
}
