package org.pipservices3.redis.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;
import static org.pipservices3.redis.fixture.Failures.TRACE;
import static org.pipservices3.redis.fixture.Failures.assertFails;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.NullAndEmptySource;
import org.pipservices3.commons.errors.ApplicationException;
import org.pipservices3.commons.errors.BadRequestException;
import org.pipservices3.commons.errors.InvalidStateException;
import org.pipservices3.commons.errors.InvocationException;
import org.pipservices3.redis.RedisException;
import org.pipservices3.redis.fixture.Failures;
import org.pipservices3.redis.fixture.Keys;
import org.pipservices3.redis.fixture.OnEveryTarget;

/** How a cache refuses what it cannot do, and that nothing in Redis suffers from it. */
class RedisCacheErrorsIT extends OnEveryTarget {

  private static final long MINUTE = 60_000;

  private final String key = Keys.unique("errors");
  private RedisCache cache;

  @BeforeEach
  void open() throws ApplicationException {
    cache = components.cache();
  }

  @ParameterizedTest
  @NullAndEmptySource
  void anyMethod_noKey_isBadRequest(String noKey) {
    assertNoKey(() -> cache.retrieve(TRACE, noKey));
    assertNoKey(() -> cache.retrieveAs(TRACE, noKey, String.class));
    assertNoKey(() -> cache.store(TRACE, noKey, 1, MINUTE));
    assertNoKey(() -> cache.remove(TRACE, noKey));
    assertNoKey(() -> cache.delete(TRACE, noKey));
  }

  @ParameterizedTest
  @NullAndEmptySource
  void delete_oneOfTheKeysMissing_isBadRequestAndRemovesNone(String noKey) {
    raw.setIfAbsent(key, 1, MINUTE);
    assertNoKey(() -> cache.delete(TRACE, Arrays.asList(key, noKey)));
    assertThat(raw.exists(key)).isTrue();
  }

  @ParameterizedTest
  @NullAndEmptySource
  void anyMethod_noKeyWithPrefix_isBadRequest(String noKey) throws ApplicationException {
    RedisCache prefixed = components.cache("options.key_prefix", "prefix:");
    assertNoKey(() -> prefixed.retrieve(TRACE, noKey));
    assertNoKey(() -> prefixed.store(TRACE, noKey, 1, MINUTE));
  }

  @Test
  void anyMethod_neverOpened_isNotOpened() throws ApplicationException {
    assertNotOpened(components.prepare(new RedisCache()));
  }

  @Test
  void anyMethod_neverConfigured_isNotOpened() {
    assertNotOpened(new RedisCache());
  }

  @Test
  void anyMethod_closed_isNotOpened() throws ApplicationException {
    cache.close(null);
    assertNotOpened(cache);
  }

  @Test
  void retrieve_otherType_isWrongType() {
    raw.call("RPUSH", key, "a");
    ApplicationException error =
        assertFails(() -> cache.retrieve(TRACE, key), InvocationException.class, "WRONGTYPE");
    assertThat(error.getMessage()).contains(key);
    assertFails(
        () -> cache.retrieveAs(TRACE, key, List.class), InvocationException.class, "WRONGTYPE");
    assertThat(raw.call("LLEN", key)).isEqualTo(1L);
    raw.del(key);
  }

  @ParameterizedTest
  @MethodSource("unwritableValues")
  void store_unwritableValue_isWrongValueNamingTheType(Object value, String type) {
    raw.setIfAbsent(key, "kept", MINUTE);
    ApplicationException error =
        assertFails(
            () -> cache.store(TRACE, key, value, MINUTE), BadRequestException.class, "WRONG_VALUE");
    assertThat(error.getMessage()).contains(type).contains(key);
    assertThat(raw.text(key)).isEqualTo("kept");
  }

  static Stream<Arguments> unwritableValues() {
    List<Object> endless = new ArrayList<>();
    endless.add(endless);
    Knot knot = new Knot();
    return Stream.of(
        arguments(new Object(), "java.lang.Object"),
        arguments(endless, "java.util.ArrayList"),
        arguments(knot, Knot.class.getSimpleName()),
        arguments(new Broken(), Broken.class.getSimpleName()));
  }

  @Test
  void store_loneSurrogate_isRefusedOrKeptButNeverChanged() {
    String lone = "a\uD800b";
    raw.setIfAbsent(key, "\"kept\"", MINUTE);
    try {
      cache.store(TRACE, key, lone, MINUTE);
      assertThat(cache.retrieve(null, key)).isEqualTo(lone);
    } catch (RedisException e) {
      assertThat(e.code()).isEqualTo("WRONG_VALUE");
      assertThat(raw.text(key)).isEqualTo("\"kept\"");
    }
  }

  @Test
  void delete_nullCollection_isBadRequest() {
    Collection<String> none = null;
    assertFails(() -> cache.delete(TRACE, none), BadRequestException.class);
  }

  @Test
  void failure_badRequest_namesTheKeyButNotTheValue() {
    String secret = "a-secret-value";
    ApplicationException error =
        assertFails(
            () -> cache.store(TRACE, key, Map.of(secret, new Object()), MINUTE),
            BadRequestException.class,
            "WRONG_VALUE");
    assertThat(Failures.textOf(error)).contains(key).doesNotContain(secret);
  }

  private static void assertNoKey(ThrowingCallable call) {
    assertFails(call, BadRequestException.class, "NO_KEY");
  }

  private void assertNotOpened(RedisCache closed) {
    assertThat(closed.isOpen()).isFalse();
    assertNotOpened(() -> closed.retrieve(TRACE, key));
    assertNotOpened(() -> closed.retrieveAs(TRACE, key, String.class));
    assertNotOpened(() -> closed.store(TRACE, key, 1, MINUTE));
    assertNotOpened(() -> closed.remove(TRACE, key));
    assertNotOpened(() -> closed.delete(TRACE, key));
    assertNotOpened(() -> closed.delete(TRACE, List.of(key)));
    assertThat(raw.exists(key)).isFalse();
  }

  private static void assertNotOpened(ThrowingCallable call) {
    assertFails(call, InvalidStateException.class, "NOT_OPENED");
  }

  /** Refers to itself. */
  public static final class Knot {
    public Knot getSelf() {
      return this;
    }
  }

  /** Cannot be read. */
  public static final class Broken {
    public int getValue() {
      return Integer.parseInt("not a number");
    }
  }
}
