package org.pipservices3.redis.internal.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.pipservices3.commons.config.ConfigParams;
import org.pipservices3.commons.errors.ConfigException;
import org.pipservices3.commons.refer.Descriptor;
import org.pipservices3.commons.refer.References;
import org.pipservices3.components.auth.CredentialParams;
import org.pipservices3.components.auth.MemoryCredentialStore;

/** What a component may say that shares a connection: what the connection says, in any words. */
class SharedConnectionTest {
  private static final String PLAIN = "connection.host=h;connection.port=7000";
  private static final String LOGIN =
      PLAIN + ";credential.username=default;credential.password=s3cret";
  private static final String SECURED =
      "connection.uri=rediss://bob:s3cret@h:7000/3?retries=5&command_timeout=900";
  private static final String SENTINELS =
      "connections.0.host=s1;connections.1.host=s2;options.mode=sentinel;options.master_name=m"
          + ";sentinel_credential.password=s3cret";

  /** The text differed, and it was refused. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        PLAIN + " | options.retries=3",
        PLAIN + " | options.retries= 3",
        PLAIN + " | options.retries=;connection.host=;credential.password=",
        PLAIN + " | options.command_timeout=2000;options.connect_timeout=2000",
        PLAIN + " | options.mode=standalone",
        PLAIN + " | options.mode=Standalone",
        PLAIN + " | options.ssl=false;options.ssl_verify_host=yes",
        PLAIN + " | options.db_num=0",
        PLAIN + " | connection.database=0",
        PLAIN + " | database=0",
        PLAIN + " | connection.port=7000",
        PLAIN + " | connection.port= 7000;connection.host=H",
        PLAIN + " | connection.host=h",
        PLAIN + " | host=h",
        PLAIN + " | host=h;port=7000",
        PLAIN + " | ip=h",
        PLAIN + " | connections.0.host=h;connections.0.port=7000",
        PLAIN + " | connection.uri=redis://h:7000",
        PLAIN + " | uri=redis://h:7000/0?retries=3&ssl=no",
        PLAIN + " | connection.protocol=redis",
        PLAIN + ";options.db_num=3;connection.database=3 | options.db_num=3",
        PLAIN + ";options.db_num=3                       | connection.database=3;options.db_num=3",
        PLAIN + ";connection.database=3;options.db_num=5 | connection.database=3;options.db_num=5",
        SECURED + " | connection.host=h;connection.port=7000;connection.database=3",
        SECURED + " | connection.protocol=tls",
        SECURED + " | options.ssl=true;options.retries=5;options.db_num=03",
        SECURED + " | credential.username=bob",
        SECURED + " | credential.user=bob;credential.pass=s3cret",
        SECURED + " | credential.password=s3cret",
        SECURED + " | uri=rediss://bob:s3cret@h:7000",
        SECURED + " | credential.store_key=bob",
        PLAIN + ";credential.password=s3cret | credential.username=default",
        PLAIN + ";credential.password=s3cret | connection.uri=redis://default:s3cret@h:7000",
        LOGIN + " | connection.uri=redis://default@h:7000",
        LOGIN + " | connection.uri=redis://default@h:7000;credential.password=s3cret",
        LOGIN + " | connection.uri=redis://h:7000;credential.username=default",
        LOGIN + " | host=h;connection.uri=;credentials.0.username=",
        PLAIN + " | credential.username=default",
        PLAIN + " | connection.host=h;host=;uri=;discovery_key=;connections.0.host=",
        PLAIN + " | uri=redis://h:7000?retries=;options.retries=3",
        PLAIN + ";credential.store_key=gone  | credential.store_key=gone",
        SENTINELS + " | connection.uri=redis://s2,s1",
        SENTINELS + " | connection.host=s2;connection.port=26379",
        SENTINELS + " | connection.uri=redis://s1,s2?mode=SENTINEL&master_name=m",
        SENTINELS + " | sentinel_credential.pass=s3cret;sentinel_credential.user=default",
      })
  void sharing_saysTheSameInOtherWords_isHonoured(String connection, String component)
      throws Exception {
    share(connection, component);
  }

  /** Part of this was honoured by nobody. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        PLAIN + " | options.retries=4                 | options.retries",
        PLAIN + " | options.mode=cluster              | options.mode",
        PLAIN + " | options.ssl=true                  | options.ssl",
        PLAIN + " | options.ssl_verify_host=false     | options.ssl_verify_host",
        PLAIN + " | connection.protocol=rediss        | connection.protocol",
        PLAIN + " | connection.database=1             | connection.database",
        PLAIN + " | options.db_num=1                  | options.db_num",
        PLAIN + " | host=other                        | host",
        PLAIN + " | connection.port=6379              | connection.port",
        PLAIN + " | connection.uri=redis://h          | connection.uri",
        PLAIN + " | connection.uri=redis://h:7000/1   | connection.uri",
        PLAIN + " | connection.uri=redis://:x@h:7000  | connection.uri",
        PLAIN + " | uri=redis://h:7000?retries=4      | uri",
        PLAIN + " | connection.uri=redis://h:7000,i:7000 | connection.uri",
        PLAIN + " | credential.password=x             | credential.password",
        PLAIN + " | credential.username=bob           | credential.username",
        PLAIN + " | credential.store_key=bob          | credential.store_key",
        PLAIN + " | sentinel_credential.password=x    | sentinel_credential.password",
        LOGIN + " | connection.uri=redis://bob@h:7000 | connection.uri",
        LOGIN + " | connection.uri=redis://default:x@h:7000 | connection.uri",
        LOGIN
            + " | connection.uri=redis://default@h:7000;credential.password=x"
            + " | credential.password",
        SECURED + " | options.ssl=false               | options.ssl",
        SECURED + " | options.retries=3               | options.retries",
        SECURED + " | connection.database=0           | connection.database",
        SECURED + " | credential.username=alice       | credential.username",
        SECURED + " | credential.user=bob;credential.pass=x | credential.pass",
        SENTINELS + " | connections.0.host=s1;connections.1.host=s3 | connections.1.host",
        SENTINELS + " | options.master_name=n         | options.master_name",
        SENTINELS + " | sentinel_credential.password=x | sentinel_credential.password",
      })
  void sharing_saysOtherwise_isConfigExceptionThatNamesItAndTellsNoSecret(
      String connection, String component, String name) {
    assertThatThrownBy(() -> share(connection, component))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(name)
        .hasMessageNotContaining("s3cret");
  }

  @Test
  void sharing_otherServer_namesBothAndWhatToDo() {
    assertThatThrownBy(() -> share(PLAIN, "host=other"))
        .hasMessageContaining("host asks for another server (other:7000, not [h:7000]) than")
        .hasMessageContaining("shares: set it there, remove it here");
  }

  @Test
  void sharing_optionsOfItsOwnUri_areTheComponents() throws Exception {
    ConfigParams component = share(PLAIN, "uri=redis://h:7000?timeout=5;options.key_prefix=p");
    RedisOptions options = RedisOptions.fromConfig(null, component);
    assertThat(options.timeout()).isEqualTo(5);
    assertThat(options.keyPrefix()).isEqualTo("p");
  }

  private static ConfigParams share(String connection, String component) throws Exception {
    MemoryCredentialStore store = new MemoryCredentialStore();
    store.store(null, "bob", CredentialParams.fromTuples("username", "bob", "password", "s3cret"));
    store.store(null, "gone", CredentialParams.fromTuples("password", "s3cret"));
    References references =
        References.fromTuples(
            new Descriptor("test", "credential-store", "memory", "default", "1.0"), store);
    ConfigParams theirs = ConfigSchema.given(ConfigParams.fromString(connection));
    List<Endpoint> endpoints = Endpoints.resolve(null, theirs, references);
    store.store(null, "gone", CredentialParams.fromTuples("password", "rotated"));
    ConfigParams own = ConfigParams.fromString(component);
    ConfigSchema.check(null, own);
    return SharedSettings.of(null, own, theirs, endpoints, references);
  }
}
