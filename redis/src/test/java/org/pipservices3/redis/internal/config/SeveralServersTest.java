package org.pipservices3.redis.internal.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.pipservices3.commons.config.ConfigParams;
import org.pipservices3.commons.errors.ConfigException;

/** What is said of one of several servers holds for all, and must not contradict the others. */
class SeveralServersTest {
  /** The first or the last server's word won. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "connections.0.uri=redis://h?retries=4;connections.1.uri=redis://i?retries=5 | retries",
        "connections.0.uri=redis://h?retries=4;connections.1.uri=redis://i?retries=3 | retries",
        "connections.0.uri=redis://a:p@h;connections.1.uri=redis://b:p@i         | users",
        "connections.0.uri=redis://a:p@h;connections.1.uri=redis://a:q@i         | passwords",
        "connections.0.uri=redis://h/1;connections.1.uri=redis://i/2             | databases",
        "connections.0.uri=redis://h;connections.1.uri=redis://i/1"
            + ";connections.2.uri=redis://j/2 | databases",
      })
  void resolve_serversSayOtherwise_isConfigExceptionThatNamesIt(String config, String what) {
    assertThatThrownBy(() -> Endpoints.resolve(null, ConfigParams.fromString(config), null))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("connections name different")
        .hasMessageContaining(what);
  }

  @Test
  void resolve_serversSayTheSameInOtherWords_agree() throws Exception {
    List<Endpoint> endpoints =
        Endpoints.resolve(
            null,
            ConfigParams.fromString(
                "connections.0.uri=redis://h?retries=4&near_cache=on"
                    + ";connections.1.uri=redis://i?retries=04&near_cache=true&timeout=5"),
            null);
    assertThat(endpoints)
        .hasSize(2)
        .allMatch(each -> each.options().equals(endpoints.get(0).options()))
        .allMatch(each -> "5".equals(each.options().get("timeout")));
  }

  /** A server without a protocol was taken for one without TLS. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "connections.0.protocol=rediss;connections.0.host=h;connections.1.host=i;connections.1.port=1",
        "connections.0.host=h;connections.1.host=i;connections.1.protocol=TLS",
        "connections.0.host=h;connections.1.uri=rediss://i,j",
      })
  void resolve_tlsSaidOfOneServer_holdsForAll(String config) throws Exception {
    ConfigParams given = ConfigParams.fromString(config);
    List<Endpoint> endpoints = Endpoints.resolve(null, given, null);
    assertThat(endpoints)
        .hasSizeGreaterThan(1)
        .allMatch(each -> Boolean.TRUE.equals(each.tls()))
        .allMatch(each -> each.extend(given).getAsBoolean("options.ssl"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "connections.0.protocol=rediss;connections.0.host=h;connections.1.host=i;connections.1.protocol=tcp",
        "connections.0.protocol=redis;connections.0.host=h;connections.1.uri=rediss://i",
        "connections.0.uri=redis://h;connections.1.uri=rediss://i",
      })
  void resolve_plainAndTlsSaidOfServers_isConfigException(String config) {
    assertThatThrownBy(() -> Endpoints.resolve(null, ConfigParams.fromString(config), null))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("redis and rediss");
  }
}
