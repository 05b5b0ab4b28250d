package org.pipservices3.redis.connect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;
import static org.pipservices3.redis.fixture.Failures.TRACE;
import static org.pipservices3.redis.fixture.Failures.assertFailsChecked;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
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
    assertThat(options.timeout()).isEqualTo(60_000);
    assertThat(options.keyPrefix()).isEmpty();
    assertThat(options.failOpen()).isFalse();
    assertThat(options.nearCache()).isFalse();
    assertThat(options.maxSize()).isEqualTo(1_000);
    assertThat(options.retryTimeout()).isEqualTo(100);
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
            "options.timeout", 1,
            "options.key_prefix", " p:",
            "options.fail_open", "true",
            "options.near_cache", true,
            "options.max_size", 7,
            "options.retry_timeout", 2,
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
    assertThat(options.timeout()).isEqualTo(1);
    assertThat(options.keyPrefix()).isEqualTo(" p:");
    assertThat(options.failOpen()).isTrue();
    assertThat(options.nearCache()).isTrue();
    assertThat(options.maxSize()).isEqualTo(7);
    assertThat(options.retryTimeout()).isEqualTo(2);
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

  static Stream<Arguments> refused() {
    return Stream.of(
        arguments("timeout", "0"),
        arguments("timeout", "5.5"),
        arguments("timeout", "1e3"),
        arguments("timeout", "60s"),
        arguments("timeout", "999999999999999999999"),
        arguments("max_size", "-1"),
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
