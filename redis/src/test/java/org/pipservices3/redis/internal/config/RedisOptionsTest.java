package org.pipservices3.redis.internal.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;
import static org.pipservices3.redis.fixture.Failures.TRACE;
import static org.pipservices3.redis.fixture.Failures.assertFailsChecked;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.pipservices3.commons.config.ConfigParams;
import org.pipservices3.commons.errors.ApplicationException;
import org.pipservices3.commons.errors.ConfigException;

/** The options: their defaults, what they accept, and how they refuse. */
class RedisOptionsTest {

  @Test
  void fromConfig_nothing_hasTheDocumentedDefaults() throws ConfigException {
    RedisOptions options = RedisOptions.fromConfig(null, new ConfigParams());
    assertThat(options.mode()).isEqualTo(RedisOptions.Mode.STANDALONE);
    assertThat(options.failoverTimeout()).isEqualTo(10_000);
    assertThat(options.minReplicas()).isZero();
    assertThat(options.fenceTimeout()).isEqualTo(86_400_000);
    assertThat(options.timeout()).isEqualTo(60_000);
    assertThat(options.keyPrefix()).isEmpty();
    assertThat(options.failOpen()).isFalse();
    assertThat(options.nearCache()).isFalse();
    assertThat(options.maxSize()).isEqualTo(1_000);
    assertThat(options.maxBytes()).isEqualTo(64 << 20);
    assertThat(options.retryTimeout()).isEqualTo(100);
    assertThat(options.loads()).isEqualTo(new LoadDefaults(0, 0, 10_000, true, 0, 0, 0));
    assertThat(options.connectTimeout()).isEqualTo(2_000);
    assertThat(options.commandTimeout()).isEqualTo(2_000);
    assertThat(options.retries()).isEqualTo(3);
    assertThat(options.maxRetryDelay()).isEqualTo(500);
    assertThat(options.maxConnections()).isEqualTo(8);
    assertThat(options.database()).isZero();
    assertThat(options.ssl()).isFalse();
    assertThat(options.sslVerifyHost()).isTrue();
  }

  @Test
  void fromConfig_values_areRead() throws ConfigException {
    RedisOptions options =
        read(
            "options.mode", "Sentinel",
            "options.master_name", "main",
            "options.failover_timeout", 0,
            "options.min_replicas", 2,
            "options.fence_timeout", 8,
            "options.timeout", 1,
            "options.key_prefix", " p:",
            "options.fail_open", "true",
            "options.near_cache", true,
            "options.max_size", 7,
            "options.max_bytes", 8_000_000_000L,
            "options.retry_timeout", 2,
            "options.load_null_timeout", 11,
            "options.load_jitter", "0.5",
            "options.load_timeout", 12,
            "options.load_lock", "no",
            "options.load_refresh_ahead", 2,
            "options.load_stale", 13,
            "options.load_soft_timeout", 14,
            "options.connect_timeout", 3,
            "options.command_timeout", 4,
            "options.retries", 0,
            "options.max_retry_delay", 5,
            "options.max_connections", 6,
            "options.db_num", 9,
            "options.ssl", "yes",
            "options.ssl_verify_host", "false");
    assertThat(options.mode()).isEqualTo(RedisOptions.Mode.SENTINEL);
    assertThat(options.masterName()).isEqualTo("main");
    assertThat(options.failoverTimeout()).isZero();
    assertThat(options.minReplicas()).isEqualTo(2);
    assertThat(options.fenceTimeout()).isEqualTo(8);
    assertThat(options.timeout()).isEqualTo(1);
    assertThat(options.keyPrefix()).isEqualTo(" p:");
    assertThat(options.failOpen()).isTrue();
    assertThat(options.nearCache()).isTrue();
    assertThat(options.maxSize()).isEqualTo(7);
    assertThat(options.maxBytes()).isEqualTo(8_000_000_000L);
    assertThat(options.retryTimeout()).isEqualTo(2);
    assertThat(options.loads()).isEqualTo(new LoadDefaults(11, 0.5, 12, false, 2, 13, 14));
    assertThat(options.connectTimeout()).isEqualTo(3);
    assertThat(options.commandTimeout()).isEqualTo(4);
    assertThat(options.retries()).isZero();
    assertThat(options.maxRetryDelay()).isEqualTo(5);
    assertThat(options.maxConnections()).isEqualTo(6);
    assertThat(options.database()).isEqualTo(9);
    assertThat(options.ssl()).isTrue();
    assertThat(options.sslVerifyHost()).isFalse();
  }

  @Test
  void fromConfig_otherSections_areLeftAlone() throws ConfigException {
    RedisOptions options =
        read("connection.host", "localhost", "credential.password", "x", "dependencies.y", "z");
    assertThat(options.retries()).isEqualTo(3);
  }

  @ParameterizedTest
  @ValueSource(strings = {"true", "TRUE", "1", "yes"})
  void fromConfig_flagOn_isTrue(String value) throws ConfigException {
    assertThat(read("options.fail_open", value).failOpen()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"false", "False", "0", "no", " off "})
  void fromConfig_flagOff_isFalse(String value) throws ConfigException {
    assertThat(read("options.ssl_verify_host", value).sslVerifyHost()).isFalse();
  }

  static Stream<Arguments> bounds() {
    long day = 86_400_000;
    long century = 36_500 * day;
    return Stream.of(
        arguments("failover_timeout", 0, day),
        arguments("min_replicas", 0, 1_000),
        arguments("fence_timeout", 1, century),
        arguments("timeout", 1, century),
        arguments("max_size", 1, Integer.MAX_VALUE),
        arguments("max_bytes", 1, Long.MAX_VALUE - 1),
        arguments("retry_timeout", 1, day),
        arguments("load_null_timeout", 0, century),
        arguments("load_timeout", 1, day),
        arguments("connect_timeout", 1, day),
        arguments("command_timeout", 1, day),
        arguments("retries", 0, 100),
        arguments("max_retry_delay", 1, day),
        arguments("max_connections", 1, 10_000),
        arguments("db_num", 0, Integer.MAX_VALUE));
  }

  @ParameterizedTest
  @CsvSource({"load_jitter, 1", "load_refresh_ahead, 1000"})
  void fromConfig_decimal_isAcceptedWithinItsBoundsOnly(String name, double most)
      throws ConfigException {
    for (double value : new double[] {0, 0.25, most}) {
      assertThat(read("options." + name, value).values()).containsEntry(name, value);
    }
    for (Object value : new Object[] {-0.1, most + 0.1, "NaN", "much"}) {
      assertThat(refusal("options." + name, value))
          .hasMessageContaining("options." + name + " must be a number from 0 to ");
    }
  }

  /** A time for a stale value says nothing where none is held. */
  @Test
  void fromConfig_staleWithoutWhatItNeeds_isRefused() throws ConfigException {
    assertThat(refusal("options.load_stale", 5)).hasMessageContaining("options.near_cache");
    assertThat(refusal("options.near_cache", true, "options.load_soft_timeout", 5))
        .hasMessageContaining("options.load_stale");
    assertThat(
            read(
                    "options.near_cache",
                    true,
                    "options.load_stale",
                    7,
                    "options.load_soft_timeout",
                    5)
                .loads()
                .softTimeout())
        .isEqualTo(5);
    for (String name : new String[] {"load_stale", "load_soft_timeout"}) {
      assertRefused(name, 86_400_001);
    }
  }

  /** A longer time overflowed further on, or meant none at all. */
  @ParameterizedTest
  @MethodSource("bounds")
  void fromConfig_number_isAcceptedWithinItsBoundsOnly(String name, long least, long most)
      throws ConfigException {
    for (long value : new long[] {least, most}) {
      assertThat(read("options." + name, value).values()).containsEntry(name, value);
    }
    if (!name.equals("max_bytes")) {
      assertRefused(name, most + 1);
    }
    assertRefused(name, least - 1);
  }

  private static ApplicationException refusal(Object... tuples) {
    return assertFailsChecked(
        () -> RedisOptions.fromConfig(TRACE, ConfigParams.fromTuples(tuples)),
        ConfigException.class);
  }

  private static void assertRefused(String name, long value) {
    assertThat(refusal("options." + name, value))
        .hasMessageContaining("options." + name + " must be a whole number from ");
  }

  @Test
  void requireNoTls_filesOfTls_areRefusedUnlessTlsIsTurnedOff() throws ConfigException {
    read().requireNoTls(null);
    read("options.ssl", "false", "options.ssl_ca", "ca.pem").requireNoTls(null);
    RedisOptions ca = read("options.ssl_ca", "ca.pem");
    assertThat(assertFailsChecked(() -> ca.requireNoTls(TRACE), ConfigException.class))
        .hasMessageContaining("options.ssl_ca");
    RedisOptions cert = read("options.ssl_cert", "c.pem", "options.ssl_key", "k.pem");
    assertThat(assertFailsChecked(() -> cert.requireNoTls(TRACE), ConfigException.class))
        .hasMessageContaining("options.ssl_cert");
  }

  @Test
  void bounded_time_isCutToAHundredYears() {
    assertThat(Ttl.MAX_MILLIS).isEqualTo(36_500L * 86_400_000);
    assertThat(Ttl.bounded(Ttl.MAX_MILLIS + 1)).isEqualTo(Ttl.MAX_MILLIS);
    assertThat(Ttl.bounded(5)).isEqualTo(5);
  }

  static Stream<Arguments> refused() {
    return Stream.of(
        arguments("timeout", "0"),
        arguments("timeout", "5.5"),
        arguments("timeout", "1e3"),
        arguments("timeout", "60s"),
        arguments("timeout", "999999999999999999999"),
        arguments("max_size", "-1"),
        arguments("max_bytes", "0"),
        arguments("max_bytes", "64MB"),
        arguments("retry_timeout", "0"),
        arguments("connect_timeout", "0"),
        arguments("command_timeout", "-5"),
        arguments("retries", "-1"),
        arguments("retries", "three"),
        arguments("max_connections", "0"),
        arguments("fail_open", "maybe"),
        arguments("near_cache", "2"),
        arguments("mode", "ring"),
        arguments("key_prefix", "a\uD83E"),
        arguments("ssl_cert", "only-one.pem"),
        arguments("ssl_key", "only-one.pem"),
        arguments("max_retries", "1"),
        arguments("Retries", "1"),
        arguments("retries.more", "1"));
  }

  @ParameterizedTest
  @MethodSource("refused")
  void fromConfig_wrongOption_isConfigExceptionThatNamesIt(String name, String value) {
    ApplicationException error =
        assertFailsChecked(
            () -> RedisOptions.fromConfig(TRACE, ConfigParams.fromTuples("options." + name, value)),
            ConfigException.class);
    assertThat(error.getMessage()).contains(name);
  }

  private static RedisOptions read(Object... tuples) throws ConfigException {
    return RedisOptions.fromConfig(null, ConfigParams.fromTuples(tuples));
  }

  @Test
  void fromConfig_sentinelWithoutMasterName_namesTheParameter() {
    ApplicationException error =
        assertFailsChecked(
            () ->
                RedisOptions.fromConfig(TRACE, ConfigParams.fromTuples("options.mode", "sentinel")),
            ConfigException.class);
    assertThat(error.getMessage()).contains("options.master_name");
  }

  @ParameterizedTest
  @ValueSource(strings = {"standalone", "cluster"})
  void fromConfig_masterNameWithoutSentinels_isRefused(String mode) {
    ApplicationException error =
        assertFailsChecked(
            () ->
                RedisOptions.fromConfig(
                    TRACE,
                    ConfigParams.fromTuples("options.mode", mode, "options.master_name", "main")),
            ConfigException.class);
    assertThat(error.getMessage()).contains("options.master_name").contains("options.mode");
  }
}
