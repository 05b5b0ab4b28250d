package org.pipservices3.redis.security;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.pipservices3.commons.config.ConfigParams;
import org.pipservices3.commons.errors.ApplicationException;
import org.pipservices3.components.auth.CredentialParams;
import org.pipservices3.components.auth.MemoryCredentialStore;
import org.pipservices3.redis.build.DefaultRedisFactory;
import org.pipservices3.redis.cache.RedisCache;
import org.pipservices3.redis.connect.RedisConnection;
import org.pipservices3.redis.connect.RedisOptions;
import org.pipservices3.redis.fixture.Background;
import org.pipservices3.redis.fixture.Certificates;
import org.pipservices3.redis.fixture.Components;
import org.pipservices3.redis.fixture.Ports;
import org.pipservices3.redis.fixture.RawRedis;
import org.pipservices3.redis.fixture.RedisServer;
import org.pipservices3.redis.fixture.SentinelTopology;
import org.pipservices3.redis.fixture.Target;
import org.pipservices3.redis.fixture.TcpProxy;
import org.pipservices3.redis.lock.LockLease;
import org.pipservices3.redis.lock.RedisLock;

/**
 * A bad day of a service: wrong credentials, wrong configuration, servers that refuse, vanish and
 * die, hostile values and lost locks. Everything that shows meanwhile becomes evidence.
 */
final class NoisyRun implements AutoCloseable {

  static final String USER = "noisy";
  static final String PASSWORD = "acl-p4ssw0rd/7f3a";
  static final String WRONG = "wr0ng-p4ssw0rd-91c2";
  static final String URI_TAIL = "t4il-0f-4-p4ssw0rd";
  static final String PRIVATE_KEY = "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgc2VjcmV0";
  static final String VALUE = "v4lue-th4t-1s-pr1v4te";
  static final String FOREIGN_TOKEN = "f0re1gn-h0lder-t0ken";

  private static final int MINUTE = 60_000;
  private static final String TRACE = "noisy-trace";

  private final Evidence evidence;
  private final RedisServer server =
      RedisServer.start("user " + USER + " on >" + PASSWORD + " ~* &* +@all -role");
  private final RedisServer odd =
      RedisServer.start(
          "rename-command SET \"\"", "rename-command EVALSHA \"\"", "rename-command EVAL \"\"");
  private final TcpProxy proxy = TcpProxy.to(server.port());
  private final RawRedis raw = server.raw();
  private final List<Components> all = new ArrayList<>();

  NoisyRun(Evidence evidence) {
    this.evidence = evidence;
    evidence.secret("the password", PASSWORD);
    evidence.secret("a wrong password", WRONG);
    evidence.secret("the rest of a password", URI_TAIL);
    evidence.secret("a private key", PRIVATE_KEY);
    evidence.secret("a value", VALUE);
    evidence.secret("a foreign token", FOREIGN_TOKEN);
    evidence.secret("the user's password behind sentinels", SentinelTopology.PASSWORD);
    evidence.secret("the sentinels' password", SentinelTopology.SENTINEL_PASSWORD);
  }

  void run() throws Exception {
    refuseCredentials();
    refuseConfiguration();
    reachNobody();
    lookCredentialsUp();
    storeAndReadBack();
    refuseCommands();
    loseLocks();
    breakLinks();
    killServer();
  }

  @Override
  public void close() throws ApplicationException {
    for (Components components : all) {
      components.close();
      components.logger().entries().forEach(entry -> evidence.add("pip log", entry.text()));
      components.counters().counts().keySet().forEach(name -> evidence.add("counter", name));
    }
    raw.close();
    proxy.close();
    odd.close();
    server.close();
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

  private void storeAndReadBack() throws ApplicationException {
    Components components = components(secured(server));
    RedisCache cache = components.cache("options.near_cache", true);
    for (Object value : List.of(VALUE, Map.of("a", VALUE), List.of(VALUE), bytes(VALUE))) {
      cache.store(TRACE, "value", value, MINUTE);
      cache.retrieve(TRACE, "value");
      cache.retrieve(TRACE, "value");
      look(cache);
      fail(() -> cache.retrieveAs(TRACE, "value", Integer.class));
    }
    fail(() -> cache.store(TRACE, "value", new Talkative(), MINUTE));
    fail(() -> cache.store(TRACE, "value", Map.of(VALUE + "\uD800", 1), MINUTE));
    fail(() -> cache.store(TRACE, VALUE + "\uD800", 1, MINUTE));
    List<String> hostile =
        List.of(
            ("[\"" + VALUE + "\",").repeat(600),
            "{\"@class\":\"" + VALUE + "\",\"x\":\"" + VALUE + "\"}",
            "[\"java.net.URL\",\"http://" + VALUE + "\"]",
            "{\"x\":\"" + VALUE + "\",\"x\":\"" + VALUE,
            VALUE + " " + "9".repeat(2_000));
    for (int i = 0; i < hostile.size(); i++) {
      String key = "hostile-" + i;
      raw.set(key, hostile.get(i));
      tryOut(() -> cache.retrieve(TRACE, key));
      fail(() -> cache.retrieveAs(TRACE, key, Point.class));
      fail(() -> cache.retrieveAs(TRACE, key, Integer.class));
    }
    raw.set("not-utf8", Arrays.copyOf(bytes(VALUE + "\u00E9"), VALUE.length() + 1));
    fail(() -> cache.retrieveAs(TRACE, "not-utf8", String.class));
    look(cache);
  }

  private void refuseCommands() throws ApplicationException {
    Components components = components(secured(server));
    RedisCache cache = components.cache();
    RedisLock lock = components.lock();
    raw.call("RPUSH", "list", VALUE);
    fail(() -> cache.retrieve(TRACE, "list"));
    fail(() -> lock.tryLease(TRACE, "counted", fenceOfAnotherType("counted")));
    raw.config("maxmemory", 1);
    fail(() -> cache.store(TRACE, "full", VALUE, MINUTE));
    fail(() -> lock.tryAcquireLock(TRACE, "full", MINUTE));
    raw.config("maxmemory", 0);
    raw.call("ACL", "SETUSER", USER, "-set", "-eval", "-evalsha");
    fail(() -> cache.store(TRACE, "forbidden", VALUE, MINUTE));
    fail(() -> lock.tryAcquireLock(TRACE, "forbidden", MINUTE));
    fail(() -> lock.tryLease(TRACE, "forbidden", Duration.ofMinutes(1)));
    raw.call("ACL", "SETUSER", USER, "+@all");

    Components unknown = components(Target.of(odd));
    RedisCache without = unknown.cache();
    fail(() -> without.store(TRACE, "unknown", VALUE, MINUTE));
    RedisLock scriptless = unknown.lock();
    fail(() -> scriptless.tryAcquireLock(TRACE, "unknown", MINUTE));
    fail(() -> scriptless.tryLease(TRACE, "unknown", Duration.ofMinutes(1)));
    look(without, scriptless);
  }

  private Duration fenceOfAnotherType(String key) {
    raw.call("RPUSH", "{" + key + "}:fence", VALUE);
    return Duration.ofMinutes(1);
  }

  private void loseLocks() throws Exception {
    Components components = components(secured(server));
    RedisLock lock = components.lock("options.retry_timeout", 20);
    lock.tryAcquireLock(TRACE, "held", MINUTE);
    knowToken("held");
    lock.tryAcquireLock(TRACE, "held", MINUTE);
    fail(() -> lock.acquireLock(TRACE, "held", MINUTE, 30));
    look(lock);
    raw.set("held", FOREIGN_TOKEN);
    lock.releaseLock(TRACE, "held");
    fail(() -> lock.acquireLock(TRACE, "held", MINUTE, 30));

    AtomicBoolean told = new AtomicBoolean();
    LockLease lease = lock.tryLease(TRACE, "leased", Duration.ofMillis(300)).orElseThrow();
    knowToken("leased");
    lease
        .keepAlive()
        .onLost(
            () -> {
              told.set(true);
              throw new IllegalStateException("An action that fails");
            });
    look(lock, lease);
    raw.set("leased", FOREIGN_TOKEN);
    await().untilTrue(told);
    look(lock, lease);
    lease.close();

    RedisLock careful = components.lock("options.min_replicas", 1, "options.command_timeout", 200);
    careful.tryAcquireLock(TRACE, "unconfirmed", MINUTE);
    look(careful);
  }

  private void breakLinks() throws Exception {
    Components components = components(secured(server).with("connection.port", proxy.port()));
    RedisCache cache = components.cache("options.near_cache", true, "options.retries", 0);
    RedisLock lock = components.lock("options.retries", 0);
    proxy.loseReplyTo(VALUE);
    fail(() -> cache.store(TRACE, "lost", VALUE, MINUTE));
    proxy.loseReplyTo("taken-unknown");
    fail(() -> lock.tryAcquireLock(TRACE, "taken-unknown", MINUTE));
    look(cache, lock);
    await().until(() -> !raw.exists("taken-unknown"));

    lock.tryAcquireLock(TRACE, "given-back", MINUTE);
    knowToken("given-back");
    proxy.loseReplyTo("given-back");
    tryOut(() -> lock.releaseLock(TRACE, "given-back"));
    LockLease lease = lock.tryLease(TRACE, "renewed", Duration.ofMillis(900)).orElseThrow();
    knowToken("renewed");
    lease.keepAlive();
    proxy.refuse();
    proxy.cut();
    await().until(() -> components.logger().text().contains("could not be renewed"));
    tryOut(lease::release);
    fail(() -> cache.retrieve(TRACE, "lost"));
    look(cache, lock, lease);
    proxy.heal();
  }

  private void killServer() throws Exception {
    Components components = components(secured(server).with("options.retries", 0));
    RedisCache cache = components.cache("options.fail_open", true);
    RedisCache strict = components.cache("options.near_cache", true);
    RedisLock lock = components.lock();
    lock.tryAcquireLock(TRACE, "killed", MINUTE);
    knowToken("killed");
    strict.store(TRACE, "near", VALUE, MINUTE);
    strict.retrieve(TRACE, "near");
    RedisLock other = components.lock();
    Background<Boolean> waiting =
        Background.run(() -> other.acquireLock(TRACE, "killed", MINUTE, 2_000));
    waiting.awaitSleep();
    look(cache, strict, lock, other);
    raw.close();
    server.kill();
    fail(waiting::result);
    cache.store(TRACE, "open", VALUE, MINUTE);
    cache.retrieve(TRACE, "open");
    fail(() -> strict.store(TRACE, "near", VALUE, MINUTE));
    fail(() -> strict.retrieve(TRACE, "near"));
    fail(() -> lock.releaseLock(TRACE, "killed"));
    evidence.addObjects(List.of(cache, strict, lock, other));
  }

  private void knowToken(String key) {
    evidence.secret("the token of " + key, String.valueOf(raw.text(key)));
  }

  /** What can be seen of the service at this moment. */
  private void look(Object... components) {
    evidence.addObjects(List.of(components));
    evidence.addObjects(new DefaultRedisFactory());
    for (Object each : components) {
      evidence.add("toString of what users see", each.toString());
    }
    Thread.getAllStackTraces().keySet().forEach(each -> evidence.add("thread", each.getName()));
    for (RedisServer each : List.of(server, odd)) {
      try (RawRedis connection = each.raw()) {
        connection.clients().forEach(line -> evidence.add("CLIENT LIST", line));
      }
    }
  }

  private void openInVain(Components components, Object... tuples) throws ApplicationException {
    RedisConnection connection = components.prepare(new RedisConnection(), tuples);
    fail(() -> connection.open(TRACE));
    evidence.addObjects(connection);
    tryOut(
        () -> evidence.addObjects(RedisOptions.fromConfig(TRACE, ConfigParams.fromTuples(tuples))));
  }

  private void fail(ThrowingCallable call) {
    Throwable error = catchThrowable(call);
    assertThat(error != null, "The call was to fail");
    evidence.addError(error);
  }

  private void tryOut(ThrowingCallable call) {
    Throwable error = catchThrowable(call);
    if (error != null) {
      evidence.addError(error);
    }
  }

  private static void assertThat(boolean condition, String what) {
    if (!condition) {
      throw new AssertionError(what);
    }
  }

  private Components components(Target target) {
    Components components = new Components(target);
    all.add(components);
    return components;
  }

  private static Target secured(RedisServer server) {
    return Target.of(server).with("credential.username", USER, "credential.password", PASSWORD);
  }

  private static Object[] uri(String uri) {
    return new Object[] {"connection.uri", uri};
  }

  private static void keep(MemoryCredentialStore store, String key, String user, String password) {
    store.store(TRACE, key, CredentialParams.fromTuples("username", user, "password", password));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  record Point(int x, int y) {}

  /** Its getter fails with a message that tells the value. */
  public static final class Talkative {
    public String getValue() {
      return Optional.<String>empty().orElseThrow(() -> new IllegalStateException(VALUE));
    }
  }
}
