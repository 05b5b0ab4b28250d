package org.pipservices3.redis.internal.config;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.pipservices3.commons.config.ConfigParams;
import org.pipservices3.commons.errors.ConfigException;
import org.pipservices3.redis.internal.errors.Errors;

/**
 * The {@code options.*} section of a component's configuration, parsed and checked once.
 *
 * <p>An unknown name, a value that does not parse or one out of its range is a {@link
 * ConfigException} that names the parameter and what is allowed: the toolkit's own readers would
 * silently take the default instead. Immutable; all times are in milliseconds.
 *
 * @param mode what servers make up the Redis
 * @param masterName the name that the sentinels know the master by; empty in other modes
 * @param failoverTimeout the least time for which a failed command is retried
 * @param minReplicas how many replicas must confirm the acquisition of a lock or the renewal of a
 *     lease
 * @param fenceTimeout how long the fencing counter of a key is kept after its last lease
 * @param timeout the lifetime of a cached value that is stored with a timeout of zero or less
 * @param timeoutUnset whether nothing is said of {@code timeout}: then a state stays for ever
 * @param keyPrefix the text before every key, empty by default
 * @param maxSize the most entries of a near cache
 * @param maxBytes the most bytes of a near cache
 * @param nearCache whether a cache has a near cache
 * @param failOpen whether a cache answers a failure of Redis as a miss instead of throwing
 * @param retryTimeout how long a waiting lock or load sleeps between two attempts
 * @param loads how a cache loads what it does not hold
 * @param connectTimeout how long a connection may take to open
 * @param commandTimeout how long Redis may take to answer one command
 * @param retries how often a command is retried after its connection was lost
 * @param maxRetryDelay the longest pause before a retry
 * @param maxConnections the most connections that send commands
 * @param sslUnset whether nothing is said of {@code ssl}
 * @param values the same by the names of the options, for comparisons
 */
public record RedisOptions(
    Mode mode,
    String masterName,
    int failoverTimeout,
    int minReplicas,
    long fenceTimeout,
    long timeout,
    boolean timeoutUnset,
    String keyPrefix,
    int maxSize,
    long maxBytes,
    boolean nearCache,
    boolean failOpen,
    int retryTimeout,
    LoadDefaults loads,
    int connectTimeout,
    int commandTimeout,
    int retries,
    int maxRetryDelay,
    int maxConnections,
    int database,
    boolean ssl,
    boolean sslUnset,
    @Nullable String sslCa,
    @Nullable String sslCert,
    @Nullable String sslKey,
    boolean sslVerifyHost,
    Map<String, Object> values) {

  /** The names that the connection reads. */
  static final Set<String> OF_CONNECTION =
      Set.of(
          "mode",
          "master_name",
          "failover_timeout",
          "connect_timeout",
          "command_timeout",
          "retries",
          "max_retry_delay",
          "max_connections",
          "db_num",
          "ssl",
          "ssl_ca",
          "ssl_cert",
          "ssl_key",
          "ssl_verify_host");

  /** Those that a cache, a lock or a state store reads. */
  private static final Set<String> OF_COMPONENT =
      Set.of(
          "min_replicas",
          "fence_timeout",
          "timeout",
          "key_prefix",
          "max_size",
          "max_bytes",
          "near_cache",
          "fail_open",
          "retry_timeout");

  static final Set<String> NAMES =
      Stream.of(OF_CONNECTION, OF_COMPONENT, LoadDefaults.NAMES)
          .flatMap(Set::stream)
          .collect(Collectors.toUnmodifiableSet());

  /** What servers make up the Redis. */
  public enum Mode {
    STANDALONE,
    SENTINEL,
    CLUSTER
  }

  private static final List<String> MODES = List.of("standalone", "sentinel", "cluster");
  private static final int ONE_DAY = 24 * 60 * 60 * 1000;

  /**
   * Reads the options of a component.
   *
   * @param config the component's whole configuration
   * @throws ConfigException for an unknown name or a value that is not allowed
   */
  public static RedisOptions fromConfig(@Nullable String correlationId, ConfigParams config)
      throws ConfigException {
    RedisOptions options = partOf(correlationId, config);
    options.check(correlationId);
    return options;
  }

  /** Like {@link #fromConfig} where others may have the rest of what belongs together. */
  static RedisOptions partOf(@Nullable String correlationId, ConfigParams config)
      throws ConfigException {
    OptionReader read =
        new OptionReader(correlationId, config.getSection("options"), new HashMap<>());
    read.rejectUnknownNames(NAMES);
    return new RedisOptions(
        Mode.valueOf(read.only("mode", MODES).toUpperCase(Locale.ROOT)),
        read.text("master_name", ""),
        (int) read.number("failover_timeout", 10_000, 0, ONE_DAY),
        (int) read.number("min_replicas", 0, 0, 1_000),
        read.number("fence_timeout", ONE_DAY, 1, Ttl.MAX_MILLIS),
        read.number("timeout", 60_000, 1, Ttl.MAX_MILLIS),
        read.isUnset("timeout"),
        read.unicode("key_prefix"),
        (int) read.number("max_size", 1_000, 1, Integer.MAX_VALUE),
        read.number("max_bytes", 64L << 20, 1, Long.MAX_VALUE),
        read.flag("near_cache", false),
        read.flag("fail_open", false),
        (int) read.number("retry_timeout", 100, 1, ONE_DAY),
        LoadDefaults.from(read),
        (int) read.number("connect_timeout", 2_000, 1, ONE_DAY),
        (int) read.number("command_timeout", 2_000, 1, ONE_DAY),
        (int) read.number("retries", 3, 0, 100),
        (int) read.number("max_retry_delay", 500, 1, ONE_DAY),
        (int) read.number("max_connections", 8, 1, 10_000),
        (int) read.number("db_num", 0, 0, Integer.MAX_VALUE),
        read.flag("ssl", false),
        read.isUnset("ssl"),
        read.optionalText("ssl_ca"),
        read.optionalText("ssl_cert"),
        read.optionalText("ssl_key"),
        read.flag("ssl_verify_host", true),
        Map.copyOf(read.values()));
  }

  /** Whether both mean the same by this option, defaults included, however it is written. */
  boolean isSame(RedisOptions other, String name) {
    return Objects.equals(values.get(name), other.values.get(name));
  }

  private void check(@Nullable String correlationId) throws ConfigException {
    if (mode == Mode.SENTINEL && masterName.isEmpty()) {
      throw Errors.config(
          correlationId,
          "options.master_name",
          "is missing: with options.mode sentinel it names the master");
    }
    if (mode != Mode.SENTINEL && !masterName.isEmpty()) {
      throw Errors.config(
          correlationId,
          "options.master_name",
          "is given, but options.mode is not sentinel: set both");
    }
    if ((sslCert == null) != (sslKey == null)) {
      throw Errors.config(
          correlationId,
          "options.ssl_cert",
          "must be given together with options.ssl_key, both as paths of PEM files");
    }
    checkLoads(correlationId);
  }

  /** Refuses options of loads that others must be set for, as a cache's own configuration. */
  private void checkLoads(@Nullable String correlationId) throws ConfigException {
    if (loads.stale() > 0 && !nearCache) {
      throw Errors.config(
          correlationId,
          "options.load_stale",
          "is given, but options.near_cache is not: a stale value is what was held there");
    }
    if (loads.softTimeout() > 0 && loads.stale() == 0) {
      throw Errors.config(
          correlationId,
          "options.load_soft_timeout",
          "is given, but options.load_stale is not: there would be no value to answer with");
    }
  }

  /**
   * Refuses TLS files where nothing turns TLS on, since a user who names them expects it. They may
   * stay where TLS is turned off explicitly.
   */
  public void requireNoTls(@Nullable String correlationId) throws ConfigException {
    if (sslUnset && (sslCa != null || sslCert != null)) {
      throw Errors.config(
          correlationId,
          sslCa != null ? "options.ssl_ca" : "options.ssl_cert",
          "is given, but TLS is not turned on: set options.ssl, or connection.protocol to rediss");
    }
  }

  /** Contains no value: a key given in place of its file's path would be shown. */
  @Override
  public String toString() {
    return "options";
  }
}
