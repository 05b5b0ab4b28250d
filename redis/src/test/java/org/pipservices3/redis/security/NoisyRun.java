package org.pipservices3.redis.security;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.pipservices3.commons.errors.ApplicationException;
import org.pipservices3.redis.cache.RedisCache;
import org.pipservices3.redis.fixture.Background;
import org.pipservices3.redis.fixture.Components;
import org.pipservices3.redis.fixture.RedisServer;
import org.pipservices3.redis.fixture.Target;
import org.pipservices3.redis.fixture.TcpProxy;
import org.pipservices3.redis.lock.LockLease;
import org.pipservices3.redis.lock.RedisLock;

/** Hostile values, lost locks, and servers that refuse, vanish and die. */
final class NoisyRun extends NoisyService {
  private final RedisServer odd =
      start("rename-command SET \"\"", "rename-command EVALSHA \"\"", "rename-command EVAL \"\"");
  private final TcpProxy proxy = TcpProxy.to(server.port());

  NoisyRun(Evidence evidence) {
    super(evidence);
  }

  @Override
  void run() throws Exception {
    storeAndReadBack();
    refuseCommands();
    loseLocks();
    breakLinks();
    killServer();
  }

  @Override
  public void close() throws ApplicationException {
    super.close();
    proxy.close();
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
