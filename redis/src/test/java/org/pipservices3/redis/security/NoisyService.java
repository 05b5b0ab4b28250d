package org.pipservices3.redis.security;

import static org.assertj.core.api.Assertions.catchThrowable;

import java.util.ArrayList;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.pipservices3.commons.errors.ApplicationException;
import org.pipservices3.redis.build.DefaultRedisFactory;
import org.pipservices3.redis.fixture.Components;
import org.pipservices3.redis.fixture.RawRedis;
import org.pipservices3.redis.fixture.RedisServer;
import org.pipservices3.redis.fixture.SentinelTopology;
import org.pipservices3.redis.fixture.Target;

/**
 * A service over Redis on a bad day: servers, components, and all that shows of them, which becomes
 * evidence.
 */
abstract class NoisyService implements AutoCloseable {
  static final String USER = "noisy";
  static final String PASSWORD = "acl-p4ssw0rd/7f3a";
  static final String WRONG = "wr0ng-p4ssw0rd-91c2";
  static final String URI_TAIL = "t4il-0f-4-p4ssw0rd";
  static final String PRIVATE_KEY = "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgc2VjcmV0";
  static final String VALUE = "v4lue-th4t-1s-pr1v4te";
  static final String FOREIGN_TOKEN = "f0re1gn-h0lder-t0ken";

  static final int MINUTE = 60_000;
  static final String TRACE = "noisy-trace";

  final Evidence evidence;
  final RedisServer server =
      RedisServer.start("user " + USER + " on >" + PASSWORD + " ~* &* +@all -role");
  final RawRedis raw = server.raw();
  private final List<RedisServer> servers = new ArrayList<>(List.of(server));
  private final List<Components> all = new ArrayList<>();

  NoisyService(Evidence evidence) {
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

  /** Has everything go wrong that this service is about. */
  abstract void run() throws Exception;

  @Override
  public void close() throws ApplicationException {
    for (Components components : all) {
      components.close();
      components.logger().entries().forEach(entry -> evidence.add("pip log", entry.text()));
      components.counters().counts().keySet().forEach(name -> evidence.add("counter", name));
    }
    raw.close();
    servers.forEach(RedisServer::close);
  }

  /** Starts one more server with these lines of configuration, which is closed with the rest. */
  final RedisServer start(String... lines) {
    RedisServer another = RedisServer.start(lines);
    servers.add(another);
    return another;
  }

  /** What can be seen of the service at this moment. */
  void look(Object... components) {
    evidence.addObjects(List.of(components));
    evidence.addObjects(new DefaultRedisFactory());
    for (Object each : components) {
      evidence.add("toString of what users see", each.toString());
    }
    Thread.getAllStackTraces().keySet().forEach(each -> evidence.add("thread", each.getName()));
    for (RedisServer each : servers) {
      try (RawRedis connection = each.raw()) {
        connection.clients().forEach(line -> evidence.add("CLIENT LIST", line));
      }
    }
  }

  void fail(ThrowingCallable call) {
    Throwable error = catchThrowable(call);
    assertThat(error != null, "The call was to fail");
    evidence.addError(error);
  }

  void tryOut(ThrowingCallable call) {
    Throwable error = catchThrowable(call);
    if (error != null) {
      evidence.addError(error);
    }
  }

  static void assertThat(boolean condition, String what) {
    if (!condition) {
      throw new AssertionError(what);
    }
  }

  Components components(Target target) {
    Components components = new Components(target);
    all.add(components);
    return components;
  }

  static Target secured(RedisServer server) {
    return Target.of(server).with("credential.username", USER, "credential.password", PASSWORD);
  }
}
