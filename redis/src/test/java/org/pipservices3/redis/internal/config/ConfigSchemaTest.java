package org.pipservices3.redis.internal.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.pipservices3.commons.config.ConfigParams;
import org.pipservices3.commons.errors.ConfigException;

/** What nobody would read is refused by name, with what was meant, and never with its value. */
class ConfigSchemaTest {
  private static final String VALUE = "s3cret";

  @ParameterizedTest
  @CsvSource({
    "connection.hots, connection.host",
    "connection.password, The names there are",
    "connections.0.prot, connections.0.port",
    "connections.host, connections.0.host",
    "connections.0, connections.0.host",
    "credentials.12, credentials.12.username",
    "connection.tls, options.ssl",
    "connection.ssl, options.ssl",
    "connection.db, connection.database",
    "connection.DataBase, connection.database",
    "connections.3.db, connections.3.database",
    "connection.db_num, options.db_num",
    "connection.url, connection.uri",
    "connection.hostname, connection.host",
    "connection.passwd, The names there are",
    "options.xyzzy, The names there are",
    "connection.password, credential.password",
    "connection.timeout, options.timeout",
    "credential.auth, credential.password",
    "credential.host, connection.host",
    "options.tls, options.ssl",
    "options.TLS, options.ssl",
    "options.db, connection.database",
    "options.database, connection.database",
    "options.password, credential.password",
    "credential.pasword, credential.password",
    "credentials.0.usrname, credentials.0.username",
    "sentinel_credential.passwort, sentinel_credential.password",
    "options.retires, options.retries",
    "options.nearcache, options.near_cache",
    "options, is a section",
    "connection, connection.host",
    "connections, connections.0.host",
    "credential, credential.username",
    "conection.host, did you mean connection?",
    "credentails.0.username, did you mean credentials?",
    "option.ssl, did you mean options?",
    "CREDENTIAL.PASSWORD, did you mean credential?",
    "dependecies.connection, did you mean dependencies?",
    "tls.ca, did you mean options.ssl?",
    "tls, options.ssl",
    "db, connection.database",
    "url, connection.uri",
    "auth, credential.password",
    "HOST, connection.host",
    "Port, connection.port",
    "PASS, credential.pass",
    "databse, connection.database",
    "pasword, credential.password",
    "timeuot, options.timeout",
    "nearCache, options.near_cache",
    "retires, options.retries",
    "username, credential.username",
    "password, credential.password",
    "ssl, options.ssl",
    "key_prefix, options.key_prefix",
    "sentinel_credentials.password, did you mean sentinel_credential?",
    "Connections.0.host, did you mean connections?",
    "dependencies.conection, dependencies.connection",
    "dependencies.Connection, dependencies.connection",
  })
  void check_misplacedName_isRefusedWithWhatWasMeant(String name, String meant) {
    assertThatThrownBy(() -> open(name, VALUE))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(meant.startsWith("did") ? name.substring(0, name.indexOf('.')) : name)
        .hasMessageContaining(meant)
        .hasMessageNotContaining(VALUE);
  }

  @Test
  void check_partOfAConnectionBesideItsSection_isRefused() {
    for (String name : KnownNames.CONNECTION) {
      assertThatThrownBy(() -> open("connection.host", "h", name, "1"))
          .isInstanceOf(ConfigException.class)
          .hasMessageContaining(name)
          .hasMessageContaining("connection");
    }
  }

  @Test
  void check_partOfAConnectionBesideAList_isRefused() {
    assertThatThrownBy(() -> open("connections.0.host", "h", "protocol", "rediss"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("protocol stands beside the section connections");
  }

  @Test
  void check_twoSectionsOfOneKind_areRefused() {
    assertThatThrownBy(() -> open("connection.host", "h", "connections.0.host", "i"))
        .isInstanceOf(ConfigException.class);
    assertThatThrownBy(() -> open("credential.username", "h", "credentials.0.username", "i"))
        .isInstanceOf(ConfigException.class);
    assertThatThrownBy(() -> open("credentials.0.username", "h", "credentials.1.username", "i"))
        .isInstanceOf(ConfigException.class);
  }

  @Test
  void check_namesOfTheToolkitAndOfOthers_pass() {
    assertThatCode(
            () ->
                ConfigSchema.check(
                    null,
                    ConfigParams.fromTuples(
                        "descriptor",
                        "x",
                        "type",
                        "x",
                        "name",
                        "x",
                        "id",
                        "x",
                        "source",
                        "x",
                        "dependencies.logger",
                        "x",
                        "my.own.thing",
                        "x",
                        "level",
                        5,
                        "host",
                        "h",
                        "port",
                        1,
                        "options.timeout",
                        1,
                        "credential.user",
                        "u")))
        .doesNotThrowAnyException();
  }

  /** They were refused, since they resemble names of ours. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "collection",
        "connector.type",
        "databases",
        "databases.0.host",
        "passwords",
        "timeouts.read",
        "protocols",
        "sort",
        "part",
        "cost",
        "most",
        "post",
        "passport",
        "prot",
        "hots",
        "dependency.x",
        "dependencies.connector",
        "dependencies.connections",
        "dependencies.collection"
      })
  void check_nameOfAnotherThatResemblesOurs_passes(String name) {
    assertThatCode(() -> open(name, VALUE)).doesNotThrowAnyException();
  }

  /** They were refused as if they said something. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "host=h;port=1;connection.host=",
        "host=h;port=1;connection.host=;connection.uri=",
        "uri=redis://h;connections.0.host=",
        "connection.host=h;host=;uri=;discovery_key=",
        "connection.host=h;connections.0.host=",
        "credentials.0.username=;credential.password=p",
        "credentials.0.username=;credential.password=",
        "credentials.0.password=p;credentials.1.password=",
        "credential.store_key=;credential.password=p",
        "connection=;credential=;options=",
        "connection.host=h;password=;tls="
      })
  void check_emptyValue_isAsGoodAsNone(String config) {
    assertThatCode(() -> ConfigSchema.check(null, ConfigParams.fromString(config)))
        .doesNotThrowAnyException();
  }

  @Test
  void nearest_likeNone_isNull() {
    assertThat(SimilarNames.of("something", RedisOptions.NAMES)).isNull();
    assertThat(SimilarNames.of("timeout", RedisOptions.NAMES)).isNull();
    assertThat(SimilarNames.of("tiemout", RedisOptions.NAMES)).isEqualTo("timeout");
    assertThat(SimilarNames.of("max_conections", RedisOptions.NAMES)).isEqualTo("max_connections");
    assertThat(SimilarNames.of("", RedisOptions.NAMES)).isNull();
  }

  @Test
  void nearest_twoAreAsNear_isTheFirst() {
    assertThat(SimilarNames.of("abcd", Set.of("abce", "abcf", "zzzz"))).isEqualTo("abce");
    assertThat(SimilarNames.misspelled("seventh", Set.of("sevench", "seventy")))
        .isEqualTo("sevench");
    assertThat(SimilarNames.misspelled("sixtes", Set.of("sixtez"))).isNull();
  }

  private static void open(Object... tuples) throws ConfigException {
    ConfigParams config = ConfigParams.fromTuples(tuples);
    ConfigSchema.check(null, config);
    RedisOptions.fromConfig(null, config);
  }
}
