package org.pipservices3.redis.internal.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.pipservices3.commons.config.ConfigParams;
import org.pipservices3.commons.errors.ConfigException;

/** URIs whose parts are empty or stand at the very beginning. */
class EndpointsTest {

  @ParameterizedTest
  @CsvSource({
    "redis://@h,            h,        6379",
    "redis://[::]:7000,     ::,       7000",
    "redis://h:1,           h,        1",
    "redis://a%2db,         a%2db,    6379",
    "redis://@h?retries=1,  h,        6379",
    "tls://h,               h,        6379",
  })
  void resolve_uri_leadsTo(String uri, String host, int port) throws Exception {
    List<Endpoint> endpoints = resolve("connection.uri", uri);

    assertThat(endpoints).hasSize(1);
    assertThat(endpoints.get(0).address().getHost()).isEqualTo(host);
    assertThat(endpoints.get(0).address().getPort()).isEqualTo(port);
    assertThat(endpoints.get(0).username()).isNull();
  }

  @ParameterizedTest
  @CsvSource({
    "redis://?retries=1,    connection.host",
    "redis:///3,            connection.host",
    "redis://:7000,         connection.host",
    "redis://h:0,           connection.uri's port",
    "redis://h:65536,       connection.uri's port",
    "redis://h/-1,          connection.uri's database",
    "'redis://,u:p@h',      connection.uri",
  })
  void resolve_uri_isRefusedByTheNameOf(String uri, String parameter) {
    assertThatThrownBy(() -> resolve("connection.uri", uri))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(parameter);
  }

  @Test
  void resolve_protocolAgreesWithTheUri_isHonoured() throws Exception {
    assertThat(resolve("connection.uri", "rediss://h", "connection.protocol", "ssl"))
        .allMatch(Endpoint::tls);
    assertThat(resolve("connection.uri", "redis://h", "connection.protocol", "tcp"))
        .noneMatch(Endpoint::tls);
  }

  @ParameterizedTest
  @CsvSource({"redis, rediss, rediss", "rediss, redis, redis"})
  void resolve_protocolContradictsTheUri_isRefused(String scheme, String protocol, String said) {
    assertThatThrownBy(
            () -> resolve("connection.uri", scheme + "://h", "connection.protocol", protocol))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("connection.protocol")
        .hasMessageContaining("is " + said + ", but")
        .hasMessageContaining("begins with " + scheme + "://");
  }

  private static List<Endpoint> resolve(Object... config) throws Exception {
    return Endpoints.resolve(null, ConfigParams.fromTuples(config), /* references= */ null);
  }
}
