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
import org.pipservices3.commons.refer.Descriptor;
import org.pipservices3.commons.refer.References;
import org.pipservices3.components.auth.CredentialParams;
import org.pipservices3.components.auth.MemoryCredentialStore;
import org.pipservices3.components.connect.ConnectionParams;
import org.pipservices3.components.connect.MemoryDiscovery;
import org.pipservices3.redis.cache.RedisCache;

/** Entries of a credential store or a discovery are used, or refused by name. */
class StoredEntriesTest {
  @Test
  void resolve_storedPasswordWithoutUser_isUsed() throws Exception {
    for (String kind : List.of("credential-store", "credential_store")) {
      MemoryCredentialStore store = new MemoryCredentialStore();
      store.store(null, "key", CredentialParams.fromTuples("password", "p"));
      Endpoint endpoint =
          Endpoints.resolve(
                  null,
                  ConfigParams.fromString("connection.host=h;credential.store_key=key"),
                  References.fromTuples(new Descriptor("x", kind, "memory", "y", "1.0"), store))
              .get(0);
      assertThat(endpoint.username()).isNull();
      assertThat(endpoint.password()).isEqualTo("p");
    }
  }

  @Test
  void resolve_storedCredentialWithNamesOfOthers_isUsed() throws Exception {
    Endpoint endpoint =
        Endpoints.resolve(
                null,
                ConfigParams.fromString("connection.host=h;credential.store_key=key"),
                storing("username=bob;password=p;engine=redis;host=x;access_id=y"))
            .get(0);
    assertThat(endpoint.username()).isEqualTo("bob");
    assertThat(endpoint.password()).isEqualTo("p");
  }

  /** It was an anonymous connection, or one as another user. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "pasword=s3cret",
        "s3cret=",
        "password=s3cret;usrname=s3cret",
        "auth=s3cret;username=bob",
        "username=bob;user=s3cret;password=p",
        "token=s3cret"
      })
  void open_storedCredentialNotUnderstood_isConfigExceptionThatTellsNothingOfIt(String stored) {
    assertThatThrownBy(() -> open("connection.host=h;credential.store_key=key", storing(stored)))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("name")
        .hasMessageNotContaining("s3cret");
    assertThatThrownBy(
            () ->
                open(
                    "connection.host=h;options.mode=sentinel;options.master_name=m"
                        + ";sentinel_credential.store_key=key",
                    storing(stored)))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("name")
        .hasMessageNotContaining("s3cret");
  }

  /** What the discovery says won over what stood beside it; its own mistakes were passed over. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "host=h             | connection.host=other    | connection.host",
        "host=h;port=7000   | connection.port=6379     | connection.port",
        "host=h;database=2  | connection.database=3    | connection.database",
        "host=h;protocol=redis | connection.protocol=rediss | connection.protocol",
        "uri=redis://h      | connection.host=other    | connection.host",
        "host=h;prot=7000   | connection.protocol=tcp  | connection.port",
        "host=h;tls=true    | connection.protocol=tcp  | options.ssl",
        "host=h;databse=2   | connection.protocol=tcp  | connection.database",
        "host=h;password=x  | connection.protocol=tcp  | credential.password",
      })
  void open_besideADiscoveryKey_isConfigExceptionThatNamesIt(
      String discovered, String beside, String name) {
    assertThatThrownBy(
            () -> open("connection.discovery_key=key;" + beside, discovering(discovered)))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(name);
  }

  @Test
  void resolve_discoveredWithTheSameAndWithNamesOfOthers_isUsed() throws Exception {
    assertThat(
            Endpoints.resolve(
                null,
                ConfigParams.fromString(
                    "connection.discovery_key=key;connection.host=h;connection.database=3"),
                discovering("host=h;port=7000;id=1;name=redis;type=node;version=6")))
        .hasToString("[h:7000]");
  }

  /** They were compared as text. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "host=h;port=7000;protocol=redis       | protocol=tcp",
        "host=h;port=7000;protocol=TCP         | protocol= redis",
        "host=h;port=7000                      | host=H",
        "host=[h];port=7000                    | host=h",
        "host=h;port=7000;database=0           | database=00",
        "host=h;port=07000                     | port= 7000",
        "host=h;port=                          | port=7000",
        "uri=;host=h;port=7000;database=       | database=3;host=h",
      })
  void resolve_besideADiscoveryKeyTheSameInOtherWords_isUsed(String discovered, String beside)
      throws Exception {
    ConfigParams config = ConfigParams.fromTuples("connection.discovery_key", "key");
    ConfigParams.fromString(beside)
        .forEach((name, value) -> config.put("connection." + name, value));
    assertThat(Endpoints.resolve(null, config, discovering(discovered)))
        .asString()
        .isEqualToIgnoringCase("[h:7000]");
  }

  private static References storing(String stored) throws Exception {
    MemoryCredentialStore store = new MemoryCredentialStore();
    store.store(null, "key", CredentialParams.fromString(stored));
    return References.fromTuples(
        new Descriptor("test", "credential-store", "memory", "default", "1.0"), store);
  }

  private static References discovering(String connection) throws Exception {
    MemoryDiscovery discovery = new MemoryDiscovery();
    discovery.register(null, "key", ConnectionParams.fromString(connection));
    return References.fromTuples(
        new Descriptor("test", "discovery", "memory", "default", "1.0"), discovery);
  }

  private static void open(String config, References references) throws Exception {
    RedisCache cache = new RedisCache();
    cache.configure(ConfigParams.fromString(config));
    cache.setReferences(references);
    cache.open(null);
  }
}
