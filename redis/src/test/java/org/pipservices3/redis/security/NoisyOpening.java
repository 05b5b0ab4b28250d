package org.pipservices3.redis.security;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.pipservices3.commons.config.ConfigParams;
import org.pipservices3.commons.errors.ApplicationException;
import org.pipservices3.components.auth.CredentialParams;
import org.pipservices3.components.auth.MemoryCredentialStore;
import org.pipservices3.redis.cache.RedisCache;
import org.pipservices3.redis.connect.RedisConnection;
import org.pipservices3.redis.fixture.Certificates;
import org.pipservices3.redis.fixture.Components;
import org.pipservices3.redis.fixture.Ports;
import org.pipservices3.redis.fixture.SentinelTopology;
import org.pipservices3.redis.fixture.Target;
import org.pipservices3.redis.internal.config.RedisOptions;
import org.pipservices3.redis.lock.RedisLock;

/** Wrong credentials, wrong configuration, servers that are not there, and credential stores. */
final class NoisyOpening extends NoisyService {
  NoisyOpening(Evidence evidence) {
    super(evidence);
  }

  @Override
  void run() throws Exception {
    refuseCredentials();
    refuseConfiguration();
    reachNobody();
    lookCredentialsUp();
  }

  private void refuseCredentials() throws ApplicationException {
    Components components = components(Target.of(server));
    openInVain(components, "credential.password", WRONG);
    openInVain(components, "credential.username", USER, "credential.password", WRONG);
    openInVain(components, "credential.username", "nobody", "credential.password", PASSWORD);
    openInVain(components, uri("redis://" + USER + ":" + WRONG + "@localhost:" + server.port()));
    openInVain(components, "credential.store_key", "nowhere", "credential.password", "");
  }

  private void refuseConfiguration() throws ApplicationException, IOException {
    Components components = components(Target.of(server));
    openInVain(components, uri("redis://" + USER + ":" + PASSWORD + "@localhost:port"));
    openInVain(components, uri("redis://localhost:1?" + URI_TAIL + "@localhost"));
    openInVain(components, uri("redis://" + USER + ":1?a=1&" + URI_TAIL + "=@localhost:1"));
    openInVain(components, uri("http://" + USER + ":" + PASSWORD + "@localhost"));
    openInVain(components, uri(USER + ":" + PASSWORD + "@localhost"));
    openInVain(components, "credential.password", PASSWORD, "options.no_such_option", 1);
    openInVain(components, "credential.password", PASSWORD, "options.timeout", "soon");
    Object cert = Certificates.shared().client().certificate();
    String pem = "-----BEGIN PRIVATE KEY-----\n" + PRIVATE_KEY + "\n-----END PRIVATE KEY-----\n";
    Path broken = Files.writeString(Files.createTempFile("broken", ".pem"), pem);
    for (Object key : List.of(pem, pem.replace('\n', ' '), PRIVATE_KEY, broken)) {
      openInVain(components, "options.ssl", true, "options.ssl_cert", cert, "options.ssl_key", key);
      openInVain(components, "options.ssl", true, "options.ssl_ca", key);
    }
    Files.delete(broken);
  }

  private void reachNobody() throws ApplicationException {
    Components components = components(secured(server));
    openInVain(components, "connection.port", Ports.free(), "options.retries", 0);
    openInVain(components, "connection.host", "no-such-host.invalid", "options.retries", 0);
    openInVain(components, "options.ssl", true, "options.command_timeout", 500);
  }

  private void lookCredentialsUp() throws Exception {
    MemoryCredentialStore store = new MemoryCredentialStore();
    keep(store, "server", USER, PASSWORD);
    keep(store, "behind", SentinelTopology.USER, SentinelTopology.PASSWORD);
    keep(store, "sentinels", SentinelTopology.SENTINEL_USER, SentinelTopology.SENTINEL_PASSWORD);
    keep(store, "wrong", SentinelTopology.SENTINEL_USER, WRONG);

    Components single = components(Target.of(server));
    single.put("credential-store", store);
    work(single, "credential.store_key", "server");

    Target sentinels =
        SentinelTopology.sharedSecured()
            .target()
            .without("credential")
            .without("sentinel_credential")
            .with("credential.store_key", "behind", "sentinel_credential.store_key", "sentinels");
    Components watched = components(sentinels);
    watched.put("credential-store", store);
    work(watched);
    openInVain(watched, "sentinel_credential.store_key", "nowhere");
    openInVain(watched, "sentinel_credential.store_key", "wrong", "options.failover_timeout", 300);
  }

  private void work(Components components, Object... tuples) throws Exception {
    RedisCache cache = components.cache(tuples);
    RedisLock lock = components.lock(tuples);
    cache.store(TRACE, "works", VALUE, MINUTE);
    assertThat(VALUE.equals(cache.retrieve(TRACE, "works")), "The value is there");
    assertThat(lock.tryAcquireLock(TRACE, "works-lock", MINUTE), "The lock is free");
    look(cache, lock);
    lock.releaseLock(TRACE, "works-lock");
    cache.remove(TRACE, "works");
  }

  private void openInVain(Components components, Object... tuples) throws ApplicationException {
    RedisConnection connection = components.prepare(new RedisConnection(), tuples);
    fail(() -> connection.open(TRACE));
    evidence.addObjects(connection);
    tryOut(
        () -> evidence.addObjects(RedisOptions.fromConfig(TRACE, ConfigParams.fromTuples(tuples))));
  }

  private static Object[] uri(String uri) {
    return new Object[] {"connection.uri", uri};
  }

  private static void keep(MemoryCredentialStore store, String key, String user, String password) {
    store.store(TRACE, key, CredentialParams.fromTuples("username", user, "password", password));
  }
}
