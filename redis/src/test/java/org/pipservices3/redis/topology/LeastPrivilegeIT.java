package org.pipservices3.redis.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;
import static org.pipservices3.redis.fixture.Failures.TRACE;
import static org.pipservices3.redis.fixture.Failures.assertFails;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.pipservices3.commons.errors.ApplicationException;
import org.pipservices3.commons.errors.ConnectionException;
import org.pipservices3.commons.errors.InvocationException;
import org.pipservices3.commons.errors.UnauthorizedException;
import org.pipservices3.redis.RedisException;
import org.pipservices3.redis.cache.ClearOptions;
import org.pipservices3.redis.cache.RedisCache;
import org.pipservices3.redis.fixture.Background;
import org.pipservices3.redis.fixture.ClusterTopology;
import org.pipservices3.redis.fixture.Components;
import org.pipservices3.redis.fixture.Keys;
import org.pipservices3.redis.fixture.RawRedis;
import org.pipservices3.redis.fixture.RedisServer;
import org.pipservices3.redis.fixture.SentinelTopology;
import org.pipservices3.redis.fixture.Target;
import org.pipservices3.redis.lock.LockLease;
import org.pipservices3.redis.lock.RedisLock;
import org.pipservices3.redis.state.RedisStateStore;

/** The rules of docs/operations.md suffice, and none of their permissions is superfluous. */
@Timeout(60)
class LeastPrivilegeIT {
  private static final int MINUTE = 60_000;
  private static final String PREFIX = "orders:";
  private static final String PASSWORD = "change-me";

  /** What components do without, as the document says. */
  private static final Set<String> DISPENSABLE = Set.of("+client|tracking", "+pttl");

  private static final List<String> NO_PERMISSIONS =
      List.of("reset", "on", ">" + PASSWORD, "resetkeys", "resetchannels");

  private static RedisServer server;

  private final String key = Keys.unique("acl");

  @BeforeAll
  static void startServer() {
    server = RedisServer.start();
  }

  @AfterAll
  static void stopServer() {
    server.close();
  }

  static List<String> rules() throws IOException {
    Path document = Path.of("..", "docs", "operations.md");
    try (Stream<String> lines = Files.lines(document)) {
      List<String> rules = lines.filter(line -> line.startsWith("ACL SETUSER ")).toList();
      assertThat(rules).hasSize(7);
      return rules;
    }
  }

  static List<String> serverRules() throws IOException {
    return rules().stream().filter(rule -> !user(rule).equals("watcher")).toList();
  }

  static List<List<String>> curtailedRules() throws IOException {
    List<List<String>> curtailed = new ArrayList<>();
    for (String rule : serverRules()) {
      for (String permission : permissions(rule)) {
        if (!NO_PERMISSIONS.contains(permission)) {
          curtailed.add(List.of(rule, permission));
        }
      }
    }
    return curtailed;
  }

  @ParameterizedTest
  @MethodSource("serverRules")
  void rule_whole_suffices(String rule) throws Exception {
    try (Components components = limited(Target.of(server), rule, "")) {
      use(user(rule), components);
      assertThat(components.logger().text()).doesNotContain("does not allow key tracking");
    }
  }

  @ParameterizedTest
  @MethodSource("curtailedRules")
  void rule_onePermissionLess_failsClearlyOrFallsBackAsDocumented(List<String> curtailed)
      throws Exception {
    String rule = curtailed.get(0);
    String missing = curtailed.get(1);
    try (RawRedis raw = server.raw()) {
      raw.call("SCRIPT", "FLUSH");
    }
    try (Components components = limited(Target.of(server), rule, missing)) {
      if (isDispensable(rule, missing)) {
        await()
            .until(
                () -> {
                  use(user(rule), components);
                  return components.logger().text().contains("does not allow key tracking");
                });
        return;
      }
      Throwable thrown = catchThrowable(() -> use(user(rule), components));
      ApplicationException error =
          thrown instanceof RedisException failure
              ? failure.getCause()
              : (ApplicationException) thrown;
      assertThat(error).as("without " + missing).isNotNull();
      assertThat(error.getCode()).isEqualTo("NOPERM");
      assertThat(error).isNotInstanceOf(ConnectionException.class);
      if (missing.startsWith("+") && !inScript(rule, missing)) {
        assertThat(error.getMessage()).containsIgnoringCase(missing.substring(1));
      }
    }
  }

  @Test
  void select_databaseGiven_isNeeded() throws Exception {
    String rule = rules().get(0);
    Object[] database = {"connection.database", 3};
    try (Components components = limited(Target.of(server).with(database), rule, "")) {
      Throwable thrown = catchThrowable(() -> use("cache", components));
      assertThat(thrown).isInstanceOf(UnauthorizedException.class);
      assertThat(thrown).hasMessageContaining("select");
    }
    try (Components components = limited(Target.of(server).with(database), rule + " +select", "")) {
      use("cache", components);
    }
  }

  @Test
  void clear_ruleWithScanAndUnlink_suffices() throws Exception {
    String rule = rules().get(0);
    try (Components components = limited(Target.of(server), rule + " +scan +unlink", "")) {
      RedisCache cache = components.cache();
      assertThat(cache.storeAll(null, Map.of(key, 1, key + 2, 2), MINUTE)).isEqualTo(2);
      assertThat(cache.retrieveAll(null, List.of(key, key + 2))).hasSize(2);
      assertThat(cache.clear(null, key, ClearOptions.defaults())).isEqualTo(2);
    }
    for (String missing : List.of("+scan", "+unlink")) {
      try (Components components = limited(Target.of(server), rule + " +scan +unlink", missing)) {
        RedisCache cache = components.cache();
        cache.store(null, key, 1, MINUTE);
        ApplicationException error =
            assertFails(() -> cache.clear(TRACE), InvocationException.class, "NOPERM");
        assertThat(error.getMessage()).containsIgnoringCase(missing.substring(1));
      }
    }
  }

  @Test
  void sentinel_ruleWithRole_suffices() throws Exception {
    SentinelTopology topology = SentinelTopology.sharedSecured();
    String watcher = rules().get(6);
    for (RedisServer sentinel : topology.sentinels()) {
      try (RawRedis raw =
          RawRedis.connect(
              "localhost",
              sentinel.port(),
              SentinelTopology.SENTINEL_USER,
              SentinelTopology.SENTINEL_PASSWORD)) {
        define(raw, watcher.replace(" watcher ", " least "), "");
      }
    }
    Target target =
        topology
            .target()
            .with(
                "sentinel_credential.username", "least", "sentinel_credential.password", PASSWORD);
    String lease = rules().get(4);
    try (Components components = limited(target, lease + " +role", "")) {
      use("lease", components);
    }
    try (Components components = limited(target, lease, "")) {
      Throwable thrown = catchThrowable(() -> use("lease", components));
      assertThat(thrown).isInstanceOf(UnauthorizedException.class);
      assertThat(thrown).hasMessageContaining("role");
    }
  }

  @Test
  void cluster_ruleWithSlots_suffices() throws Exception {
    Target target = ClusterTopology.shared().target();
    String lease = rules().get(4);
    try (Components components = limited(target, lease + " +cluster|slots +asking", "")) {
      use("lease", components);
    }
    try (Components components = limited(target, lease + " +asking", "")) {
      Throwable thrown = catchThrowable(() -> use("lease", components));
      assertThat(thrown).isInstanceOf(UnauthorizedException.class);
      assertThat(thrown).hasMessageContaining("cluster");
    }
  }

  private static boolean isDispensable(String rule, String permission) {
    return DISPENSABLE.contains(permission) && !inScript(rule, permission);
  }

  /** Whether a script needs the command, whose refusal Redis does not name. */
  private static boolean inScript(String rule, String permission) {
    Set<String> ofLoads = Set.of("+pttl");
    Set<String> ofLocks = Set.of("+get", "+set", "+del", "+incr", "+time", "+pexpire");
    return rule.contains("+eval")
        && (ofLocks.contains(permission)
            || (user(rule).equals("loader") && ofLoads.contains(permission)));
  }

  private static Components limited(Target target, String rule, String missing) {
    List<RedisServer> servers =
        target.name().startsWith("cluster")
            ? ClusterTopology.shared().servers()
            : target.name().startsWith("sentinels")
                ? SentinelTopology.sharedSecured().servers()
                : List.of(server);
    for (RedisServer each : servers) {
      try (RawRedis raw = each.raw()) {
        define(raw, rule, missing);
      }
    }
    return new Components(
        target.with(
            "credential.username",
            user(rule),
            "credential.password",
            PASSWORD,
            "options.key_prefix",
            PREFIX,
            "options.failover_timeout",
            500));
  }

  private static void define(RawRedis raw, String rule, String missing) {
    List<Object> arguments = new ArrayList<>(List.of("SETUSER", user(rule)));
    permissions(rule).stream().filter(each -> !each.equals(missing)).forEach(arguments::add);
    raw.call("ACL", arguments.toArray());
  }

  private static String user(String rule) {
    return rule.split(" ", -1)[2];
  }

  private static List<String> permissions(String rule) {
    return Arrays.asList(rule.split(" ", -1)).subList(3, rule.split(" ", -1).length);
  }

  /** Does all that the user's component can do. */
  private void use(String user, Components components) throws Exception {
    switch (user) {
      case "cache" -> useCache(components.cache());
      case "near-cache" -> useNearCache(components);
      case "loader" -> useLoads(components.cache());
      case "lock" -> useLock(components);
      case "lease" -> {
        useLock(components);
        useLease(components.lock());
      }
      case "state" -> useStates(components.stateStore());
      default -> throw new AssertionError(user);
    }
  }

  private void useStates(RedisStateStore states) {
    states.save(null, key, 1);
    assertThat(states.<Object>load(null, key)).isEqualTo(1);
    assertThat(states.<Object>delete(null, key)).isEqualTo(1);
    states.save(null, key, null);
  }

  private void useCache(RedisCache cache) {
    assertThat(cache.store(null, key, 1, MINUTE)).isTrue();
    assertThat(cache.retrieve(null, key)).isEqualTo(1);
    cache.remove(null, key);
    assertThat(cache.delete(null, List.of(key, key + 2))).isZero();
  }

  /** Also past a lease of another process, and over a value that does not fit. */
  private void useLoads(RedisCache cache) {
    useCache(cache);
    for (int i = 1; i <= 2; i++) {
      assertThat(cache.retrieveOrLoad(null, key, Integer.class, MINUTE, (trace, asked) -> 1))
          .isEqualTo(1);
    }
    cache.remove(null, key);
    try (RawRedis raw = server.raw()) {
      raw.setIfAbsent(PREFIX + "load:{" + PREFIX + key + "}", "another", 200);
    }
    assertThat(cache.retrieveOrLoad(null, key, Integer.class, MINUTE, (trace, asked) -> 2))
        .isEqualTo(2);
    cache.store(null, key, "text", MINUTE);
    assertThat(cache.retrieveOrLoad(null, key, Integer.class, MINUTE, (trace, asked) -> 3))
        .isEqualTo(3);
    assertThat(cache.retrieve(null, key)).isEqualTo(3);
    cache.remove(null, key);
  }

  private void useNearCache(Components components) throws ApplicationException {
    RedisCache cache = components.cache("options.near_cache", true);
    useCache(cache);
    cache.store(null, key, 2, MINUTE);
    await()
        .until(
            () -> {
              assertThat(cache.retrieve(null, key)).isEqualTo(2);
              return components.counters().count("redis.cache.near_hits") > 0
                  || components.logger().text().contains("does not allow key tracking");
            });
  }

  private void useLock(Components components) throws Exception {
    RedisLock lock = components.lock();
    RedisLock other = components.lock();
    assertThat(lock.tryAcquireLock(null, key, MINUTE)).isTrue();
    Background<Boolean> waiter = Background.run(() -> other.acquireLock(null, key, MINUTE, MINUTE));
    waiter.awaitSleep();
    lock.releaseLock(null, key);
    assertThat(waiter.result()).isTrue();
    other.releaseLock(null, key);
  }

  private void useLease(RedisLock lock) {
    for (String each : List.of(key, key + "}b")) {
      LockLease lease = lock.tryLease(null, each, Duration.ofMinutes(1)).orElseThrow();
      assertThat(lease.extend(Duration.ofMinutes(2))).isTrue();
      assertThat(lease.release()).isTrue();
    }
  }
}
