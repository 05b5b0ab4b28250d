package org.pipservices3.redis.connect;

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
        "redis://user@h,                         h,          6379, user, -,      -, false",
        "redis://us%65r:p%40%3A%2Fs@h:65535,     h,          65535, user, p@:/s, -, false",
        "redis://user:p+s@h,                     h,          6379, user, p+s,    -, false",
        "redis://user:p@s@h,                     h,          6379, user, p@s,    -, false",
        "redis://with_underscore:7000,           with_underscore, 7000, -, -,    -, false",
        "redis://[::1]:7000,                     ::1,        7000, -,    -,      -, false",
        "redis://h?db=4,                         h,          6379, -,    -,      4, false",
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
        Endpoint.several(
            null,
            ConnectionParams.fromTuples("uri", "rediss://u:p@a:1,b,[::1]:3/0?mode=cluster"),
            new CredentialParams(),
            26379);
    assertThat(endpoints).extracting(Endpoint::toString).containsExactly("a:1", "b:26379", "::1:3");
    assertThat(endpoints).allMatch(each -> each.tls() && "p".equals(each.password()));
    assertThat(endpoints).allMatch(each -> "cluster".equals(each.options().get("mode")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "redis://a,,b",
        "localhost:6379",
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

  @Test
  void of_atSignInAnOption_isItsValue() throws Exception {
    assertThat(of("uri", "redis://h?key_prefix=a@b").options()).containsEntry("key_prefix", "a@b");
  }

  @Test
  void of_credentialOfConfiguration_winsOverTheUri() throws Exception {
    Endpoint endpoint =
        Endpoint.of(
            null,
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

  @Test
  void toString_ofEndpoint_hasNeitherUserNorPassword() throws Exception {
    assertThat(of("uri", "redis://me:secret@h:1").toString()).isEqualTo("h:1");
  }

  private static Endpoint of(String name, String value) throws ConfigException {
    return Endpoint.of(null, ConnectionParams.fromTuples(name, value), new CredentialParams());
  }
}
