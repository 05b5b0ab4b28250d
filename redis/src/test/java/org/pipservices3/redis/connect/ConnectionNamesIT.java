package org.pipservices3.redis.connect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.pipservices3.commons.errors.ApplicationException;
import org.pipservices3.commons.errors.ConnectionException;
import org.pipservices3.components.info.ContextInfo;
import org.pipservices3.redis.cache.RedisCache;
import org.pipservices3.redis.fixture.Components;
import org.pipservices3.redis.fixture.RawRedis;
import org.pipservices3.redis.fixture.RedisServer;
import org.pipservices3.redis.fixture.Target;
import org.pipservices3.redis.fixture.TcpProxy;

/** CLIENT LIST names the service and the component of each connection. */
@Timeout(60)
class ConnectionNamesIT {
  private static final Pattern NAME = Pattern.compile(" name=(\\S+)");

  private final RedisServer server = RedisServer.start();
  private final RawRedis raw = server.raw();
  private final Components components = new Components(Target.of(server));

  @BeforeEach
  void nameService() {
    ContextInfo service = new ContextInfo();
    service.setName("my orders");
    components.put("context-info", service);
  }

  @AfterEach
  void close() throws ApplicationException {
    components.close();
    raw.close();
    server.close();
  }

  @Test
  void connections_ofEachComponent_haveItsName() throws Exception {
    components.cache();
    components.lock();
    components.stateStore();
    assertThat(names())
        .containsExactly("my-orders:cache", "my-orders:lock", "my-orders:state-store");
  }

  @Test
  void connection_shared_hasItsOwnName() throws Exception {
    components.share(components.connection());
    components.cache();
    components.lock();
    assertThat(names()).containsExactly("my-orders:connection");
  }

  @Test
  void connection_withoutService_hasTheComponentsName() throws Exception {
    try (RedisCache cache = new RedisCache()) {
      cache.configure(Target.of(server).config());
      cache.open(null);
      assertThat(names()).containsExactly("cache");
    }
  }

  @Test
  void trackingConnection_hasTheName() throws Exception {
    components.cache("options.near_cache", true);
    await().until(() -> raw.trackers().size() == 1);
    assertThat(raw.clients())
        .filteredOn(line -> line.matches(".* flags=[^ ]*t.*"))
        .singleElement()
        .asString()
        .contains(" name=my-orders:cache ");
  }

  @Test
  void open_aclWithoutSetname_worksUnnamed() throws Exception {
    raw.call("ACL", "SETUSER", "nameless", "reset", "on", ">pass", "~*", "+ping", "+get");
    RedisCache cache =
        components.cache("credential.username", "nameless", "credential.password", "pass");
    assertThat(cache.retrieve(null, "any")).isNull();
    assertThat(names()).isEmpty();
  }

  /** As some proxies do with commands that they do not know. */
  @Test
  void open_connectionIsClosedWhenNamed_worksUnnamed() throws Exception {
    try (TcpProxy proxy = TcpProxy.to(server.port())) {
      proxy.answer("SETNAME", "");
      Components proxied = new Components(Target.of(proxy, server));
      RedisCache cache = proxied.cache("options.near_cache", true);
      await().until(() -> raw.trackers().size() == 1);
      assertThat(cache.retrieve(null, "any")).isNull();
      assertThat(names()).isEmpty();
      proxied.close();
    }
  }

  @Test
  void open_serverIsFull_saysSo() {
    raw.config("maxclients", 1);
    assertThatThrownBy(components::cache)
        .isInstanceOf(ConnectionException.class)
        .hasMessageContaining("maxclients");
  }

  /** All names but those of this test's own raw connections, which have none. */
  private Set<String> names() {
    Set<String> names = new TreeSet<>();
    for (String client : raw.clients()) {
      Matcher name = NAME.matcher(client);
      if (name.find()) {
        names.add(name.group(1));
      }
    }
    return names;
  }
}
