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
import org.pipservices3.commons.errors.ConnectionException;
import org.pipservices3.commons.refer.Descriptor;
import org.pipservices3.commons.refer.References;
import org.pipservices3.redis.cache.RedisCache;
import org.pipservices3.redis.connect.RedisConnection;

/** What is said twice: differently, it was silently the one or the other. */
class ContradictionsTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "connection.uri=redis://h;connection.host=other          | connection.uri, connection.host",
        "connection.uri=redis://h:1;connection.ip=other          | connection.uri, connection.host",
        "connection.uri=redis://h;connection.port=7000           | connection.uri, connection.port",
        "connection.uri=redis://h,i;connection.host=h            | connection.uri, connection.host",
        "uri=redis://h;host=other                                | uri, host",
        "connection.uri=redis://h/2;connection.database=3        | connection.uri,"
            + " connection.database",
        "connection.uri=redis://h?db=2;connection.database=3     | connection.uri,"
            + " connection.database",
        "connection.uri=redis://h?db_num=2;connection.database=3 | connection.uri,"
            + " connection.database",
        "connection.uri=redis://h/2;options.db_num=3             | connection.uri, options.db_num",
        "connection.uri=redis://h?database=2;options.db_num=3    | connection.uri, options.db_num",
        "connection.uri=redis://h/2;options.db_num=0             | connection.uri, options.db_num",
        "connection.uri=redis://h/3?db=1                         | connection.uri, db",
        "connection.uri=redis://h?retries=1&retries=2            | connection.uri, retries",
        "connection.uri=redis://h?retries=1;options.retries=2    | connection.uri, options.retries",
        "connection.uri=redis://h?retries=3;options.retries=2    | connection.uri, options.retries",
        "connection.uri=redis://h?ssl=true;options.ssl=false     | connection.uri, options.ssl",
        "connection.host=h;connection.ip=i                       | connection.host, connection.ip",
        "host=h;ip=i                                             | host, ip",
        "connections.0.host=h;connections.0.ip=i                 | connections.0.host,"
            + " connections.0.ip",
        "credential.user=a;credential.username=b                 | credential.user,"
            + " credential.username",
        "credential.pass=a;credential.password=b                 | credential.pass,"
            + " credential.password",
        "credential.store_key=a;credential.password=b            | credential.store_key,"
            + " credential.password",
        "credential.store_key=a;credential.user=b                | credential.store_key,"
            + " credential.user",
        "sentinel_credential.store_key=a;sentinel_credential.pass=b"
            + " | sentinel_credential.store_key, sentinel_credential.pass",
      })
  void open_saidTwiceDifferently_isConfigExceptionThatNamesBoth(String config, String names) {
    assertThatThrownBy(() -> open(config, new References()))
        .isInstanceOf(ConfigException.class)
        .satisfies(e -> assertThat(e.getMessage()).contains(names.split(", ")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "connection.uri=redis://h:7000/3;connection.host=H;connection.port="
            + " 7000;connection.database=03",
        "connection.uri=redis://H:7000/3?db=3&db=3;options.db_num= 3",
        "connection.uri=redis://u@h:7000/3?retries=3;options.retries=03;credential.pass=p",
        "connection.uri=redis://[h]:7000?db_num=3;connection.host=[h];connection.port=",
        "connection.host=h;connection.ip=h;connection.port=7000;connection.database=3;options.db_num=5",
        "connection.host=h;connection.port=7000;options.db_num=3;connection.database=;credential.user=",
        "connection.uri=redis://h:7000/3?mode=&mode=standalone;options.mode=standalone;host=",
        "connections.0.host=;host=h;port=7000;database=3;sentinel_credential.username=",
        "uri=redis://h:7000?ssl=false&retries=;host=h;database=3;options.ssl=no;options.retries=3",
        "connection.uri=redis://h:7000/3?max_connections=8;options.max_connections=;options.ssl=",
      })
  void open_saidTwiceAlike_isThat(String config) throws Exception {
    ConfigParams given = ConfigSchema.given(ConfigParams.fromString(config));
    ConfigSchema.check(null, given);
    List<Endpoint> endpoints = Endpoints.resolve(null, given, null);
    RedisOptions options =
        RedisOptions.fromConfig(null, CommonSettings.extended(null, given, endpoints));
    assertThat(endpoints.toString()).isEqualToIgnoringCase("[h:7000]");
    assertThat(options.database()).isEqualTo(3);
    assertThat(options.retries()).isEqualTo(3);
    assertThat(options.ssl()).isFalse();
  }

  @Test
  void resolve_sentinelsWithoutPort_haveThatOfSentinelsWhereverTheModeIsSaid() throws Exception {
    for (String config :
        List.of(
            "connection.host=h;options.mode= SENTINEL",
            "connection.uri=redis://h?master_name=m&mode=Sentinel",
            "connection.uri=redis://h?mode=sentinel&master_name=m;options.mode=")) {
      ConfigParams given = ConfigSchema.given(ConfigParams.fromString(config));
      assertThat(Endpoints.resolve(null, given, null)).as(config).hasToString("[h:26379]");
    }
    for (String config :
        List.of(
            "connection.uri=redis://h?mode=sentinel;options.mode=cluster",
            "connection.uri=redis://h?mode=sentinels",
            "connection.host=h;options.mode=cluster")) {
      ConfigParams given = ConfigParams.fromString(config);
      assertThat(Endpoints.resolve(null, given, null)).as(config).hasToString("[h:6379]");
    }
  }

  /** The URI's empty option was compared as its default. */
  @Test
  void extended_emptyOptionInTheUri_isAsGoodAsNone() throws Exception {
    ConfigParams given =
        ConfigParams.fromString("connection.uri=redis://h?retries=;options.retries=1");
    ConfigParams extended =
        CommonSettings.extended(null, given, Endpoints.resolve(null, given, null));
    assertThat(RedisOptions.fromConfig(null, extended).retries()).isEqualTo(1);
  }

  /** An empty name was a credential for sentinels that are not there. */
  @Test
  void open_standaloneWithEmptySentinelCredential_goesOnToConnect() {
    String config = "connection.host=127.0.0.1;connection.port=1;sentinel_credential.username=";
    assertThatThrownBy(() -> open(config, new References()))
        .isInstanceOf(ConnectionException.class);
  }

  @Test
  void extended_tlsFromUriOrProtocol_isOnWhateverElseIsSaid() throws Exception {
    for (String config :
        List.of(
            "connection.uri=rediss://h;options.ssl=",
            "connection.uri=rediss://h?ssl=off;options.ssl=false",
            "connection.uri=redis://h?ssl=true;options.ssl=",
            "connection.host=h;connection.protocol=rediss;options.ssl=true")) {
      ConfigParams given = ConfigSchema.given(ConfigParams.fromString(config));
      List<Endpoint> endpoints = Endpoints.resolve(null, given, null);
      assertThat(
              RedisOptions.fromConfig(null, CommonSettings.extended(null, given, endpoints)).ssl())
          .isTrue();
    }
  }

  @Test
  void open_twoConnectionsFit_isConfigExceptionUntilOneIsNamed() {
    References references = new References();
    RedisConnection one = new RedisConnection();
    references.put(new Descriptor("test", "connection", "redis", "one", "1.0"), one);
    references.put(new Descriptor("other", "connection", "redis", "one", "1.0"), one);
    assertThatThrownBy(() -> open("", references)).hasMessageContaining("No connection");
    references.put(
        new Descriptor("test", "connection", "redis", "two", "1.0"), new RedisConnection());
    assertThatThrownBy(() -> open("", references))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("dependencies.connection")
        .hasMessageContaining("2 connections");
    assertThatThrownBy(() -> open("dependencies.connection=*:connection:redis:two:1.0", references))
        .hasMessageContaining("No connection");
  }

  private static void open(String config, References references) throws Exception {
    RedisCache cache = new RedisCache();
    cache.configure(ConfigParams.fromString(config));
    cache.setReferences(references);
    cache.open(null);
  }
}
