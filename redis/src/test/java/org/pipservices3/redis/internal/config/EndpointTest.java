package org.pipservices3.redis.internal.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.pipservices3.commons.config.ConfigParams;
import org.pipservices3.commons.errors.ConfigException;
import org.pipservices3.components.auth.CredentialParams;
import org.pipservices3.components.connect.ConnectionParams;

/** What is made of connection parameters and URIs. */
class EndpointTest {

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {
        "redis://localhost,                      localhost,  6379, -,    -,      -, false",
        "redis://localhost:7000,                 localhost,  7000, -,    -,      -, false",
        "rediss://localhost:7000/,               localhost,  7000, -,    -,      -, true",
        "redis://h/3,                            h,          6379, -,    -,      3, false",
        "redis://:pass@h:1/0,                    h,          1,    -,    pass,   0, false",
        "redis://user:pass@h,                    h,          6379, user, pass,   -, false",
        "redis://user:@h,                        h,          6379, user, '',     -, false",
        "REDIS://h,                              h,          6379, -,    -,      -, false",
        "Rediss://h,                             h,          6379, -,    -,      -, true",
        "redis://[::1%25lo]:7000,                ::1%lo,     7000, -,    -,      -, false",
        "redis://us%65r:p%40%3A%2Fs@h:65535,     h,          65535, user, p@:/s, -, false",
        "redis://user:p+s@h,                     h,          6379, user, p+s,    -, false",
        "redis://user:p@s@h,                     h,          6379, user, p@s,    -, false",
        "redis://with_underscore:7000,           with_underscore, 7000, -, -,    -, false",
        "redis://[::1]:7000,                     ::1,        7000, -,    -,      -, false",
        "redis://h?db=4,                         h,          6379, -,    -,      4, false",
        "redis://h/4?db=4&database=04&db_num=4,  h,          6379, -,    -,      4, false",
        "redis://u:a%2Cb@h,                      h,          6379, u,    'a,b',  -, false",
        "redis://h/2?command_timeout=500,        h,          6379, -,    -,      2, false",
      })
  void of_uri_isTakenApart(
      String uri,
      String host,
      int port,
      @Nullable String username,
      @Nullable String password,
      @Nullable Integer database,
      boolean tls)
      throws Exception {
    Endpoint endpoint = of("uri", uri);

    assertThat(endpoint.address().getHost()).isEqualTo(host);
    assertThat(endpoint.address().getPort()).isEqualTo(port);
    assertThat(endpoint.username()).isEqualTo(username);
    assertThat(endpoint.password()).isEqualTo(password);
    assertThat(endpoint.database()).isEqualTo(database);
    assertThat(endpoint.tls()).isEqualTo(tls);
  }

  @Test
  void several_uriWithCommas_areAllOfThem() throws Exception {
    List<Endpoint> endpoints =
        new EndpointParser(null, 26379)
            .parse(
                ConnectionParams.fromTuples("uri", "rediss://u:p@a:1,b,[::1]:3/0?mode=cluster"),
                new CredentialParams());
    assertThat(endpoints).extracting(Endpoint::toString).containsExactly("a:1", "b:26379", "::1:3");
    assertThat(endpoints).allMatch(each -> each.tls() && "p".equals(each.password()));
    assertThat(endpoints).allMatch(each -> "cluster".equals(each.options().get("mode")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "redis://a,,b",
        "redis://user@h",
        "redis://[::1%zz]:7000",
        "redis://[::1%lo]:7000",
        "redis://h/3?db=1",
        "redis://h?db=1&database=2",
        "redis://h?retries=1&retries=2",
        "redis://user:p%25zz@h1,v:q@h2",
        "localhost:6379",
        "://localhost",
        "http://localhost",
        "redis://",
        "redis://h:0",
        "redis://h:65536",
        "redis://h:x",
        "redis://h/x",
        "redis://h?db=-1",
        "redis://user:p%zz@h",
      })
  void of_senselessUri_isConfigExceptionWithoutTheUri(String uri) {
    assertThatThrownBy(() -> of("uri", uri))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("connection.")
        .hasMessageNotContaining("p%zz");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "redis://user:1?s3cret@h",
        "redis://user:1?s3cret=x&retries=1@h:6379/0",
        "redis://1?a=b?s3cret@h"
      })
  void of_questionMarkInAPassword_isConfigExceptionThatDoesNotTellTheRest(String uri) {
    assertThatThrownBy(() -> of("uri", uri))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("connection.uri")
        .hasMessageContaining("percent-encode")
        .hasMessageNotContaining("s3cret");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "redis://[fe80::1%eth0]                | [::1%25zone]",
        "redis://[fe80::1%ab]                  | [::1%25zone]",
        "redis://u:s3cret@h1,v:s3cret@h2       | redis://user:password@host1,host2",
        "redis://h?s3cret=1&s3cret=2&retries=1&retries=2 | retries twice",
      })
  void of_uriThatWasMisunderstood_isConfigExceptionThatSaysHowToWriteIt(String uri, String advice) {
    assertThatThrownBy(() -> of("uri", uri))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(advice)
        .hasMessageNotContaining("s3cret");
  }

  @Test
  void of_atSignInAnOption_isItsValue() throws Exception {
    assertThat(of("uri", "redis://h?key_prefix=a@b").options()).containsEntry("key_prefix", "a@b");
  }

  @Test
  void of_credentialOfConfiguration_winsOverTheUri() throws Exception {
    Endpoint endpoint =
        of(
            ConnectionParams.fromTuples("uri", "redis://a:b@h"),
            CredentialParams.fromTuples("username", "c", "password", "d"));

    assertThat(endpoint.username()).isEqualTo("c");
    assertThat(endpoint.password()).isEqualTo("d");
  }

  @Test
  void extend_optionsOfUri_areThereUnlessConfigured() throws Exception {
    Endpoint endpoint = of("uri", "redis://h?command_timeout=500&retries=1");

    ConfigParams extended = endpoint.extend(ConfigParams.fromTuples("options.retries", 7));

    assertThat(extended.getAsInteger("options.command_timeout")).isEqualTo(500);
    assertThat(extended.getAsInteger("options.retries")).isEqualTo(7);
  }

  @Test
  void of_portThatIsMissing_isRedissAndNotTheToolkits() throws Exception {
    assertThat(of("host", "h").address().getPort()).isEqualTo(6379);
  }

  /** It turned TLS off, or lost the database, where others said nothing of it. */
  @Test
  void extend_tlsAndDatabase_winOverTheOptionsOnlyWhereTheyAreSaid() throws Exception {
    ConfigParams config = ConfigParams.fromTuples("options.ssl", "true", "options.db_num", 5);
    assertThat(of("uri", "redis://h").extend(config)).isEqualTo(config);
    assertThat(of("uri", "rediss://h/3").extend(new ConfigParams()))
        .isEqualTo(ConfigParams.fromTuples("options.db_num", 3, "options.ssl", "true"));
    assertThat(of(ConnectionParams.fromTuples("host", "h", "database", 3), new CredentialParams()))
        .satisfies(each -> assertThat(each.extend(config).get("options.db_num")).isEqualTo("3"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "65536", "-1", "x", "1.5"})
  void of_portOutOfRange_isConfigExceptionThatSaysTheRange(String port) {
    assertThatThrownBy(
            () ->
                of(ConnectionParams.fromTuples("host", "h", "port", port), new CredentialParams()))
        .isInstanceOf(ConfigException.class)
        .hasMessage("connection.port must be a whole number from 1 to 65535");
  }

  @Test
  void of_lowestAndHighestPortAndDatabase_areAccepted() throws Exception {
    assertThat(of("uri", "redis://h:1/2147483647").database()).isEqualTo(Integer.MAX_VALUE);
    assertThat(of("uri", "redis://h:65535/0").address().getPort()).isEqualTo(65_535);
  }

  @Test
  void of_userWithoutPassword_isRefusedWhereItIsNamed() {
    assertThatThrownBy(() -> of("uri", "redis://bob@h")).hasMessageContaining("connection.uri");
    assertThatThrownBy(
            () ->
                of(
                    ConnectionParams.fromTuples("uri", "redis://h"),
                    CredentialParams.fromTuples("username", "bob")))
        .hasMessageContaining("credential.username names a user without a password");
  }

  @Test
  void toString_ofEndpoint_hasNeitherUserNorPassword() throws Exception {
    assertThat(of("uri", "redis://me:secret@h:1").toString()).isEqualTo("h:1");
  }

  private static Endpoint of(String name, String value) throws ConfigException {
    return of(ConnectionParams.fromTuples(name, value), new CredentialParams());
  }

  private static Endpoint of(ConnectionParams connection, CredentialParams credential)
      throws ConfigException {
    return new EndpointParser(null, Endpoint.REDIS_PORT).parse(connection, credential).get(0);
  }
}
