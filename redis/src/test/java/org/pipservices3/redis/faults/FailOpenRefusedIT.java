package org.pipservices3.redis.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.pipservices3.redis.cache.RedisCache;

/** With fail_open, a server that lets nobody in is out, as one that is down. */
@Timeout(120)
class FailOpenRefusedIT extends OnFailOpenCache {
  /** No circuit opened, and each call tried to connect again and again. */
  @Test
  void anyCall_redisTakesNoConnection_isAnsweredAtOnceFromTheSecondOn() throws Exception {
    RedisCache cache = components.cache(FAIL_OPEN);
    cache.store(null, key, 1, MINUTE);
    takeNoConnection();
    cache.retrieve(null, key);
    long rejected = raw.info("stats", "rejected_connections");
    assertAtOnce(cache, key);
    assertThat(raw.info("stats", "rejected_connections") - rejected).isLessThan(20); // the probe's
    raw.config("maxclients", 100);
    awaitBack(cache);
  }

  private void takeNoConnection() {
    raw.config("maxclients", 1);
    raw.call("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes");
  }

  /** It took the failover timeout, longer than any call does. */
  @Test
  void open_redisTakesNoConnection_endsAsACallWould() throws Exception {
    takeNoConnection();
    Object[] options = {
      "options.fail_open", true,
      "options.command_timeout", 500,
      "options.retries", 1,
      "options.failover_timeout", 10_000
    };
    AtomicReference<RedisCache> opened = new AtomicReference<>();
    assertThat(timeOf(() -> opened.set(components.cache(options)))).isLessThan(WORST);
    RedisCache cache = opened.get();
    assertThat(cache.retrieve(null, key)).isNull();
    raw.config("maxclients", 100);
    awaitBack(cache);
  }

  @Test
  void anyCall_passwordIsAnotherNow_isAnsweredAtOnceFromTheSecondOn() throws Exception {
    raw.call("ACL", "SETUSER", "bob", "on", ">first", "~*", "&*", "+@all");
    RedisCache cache =
        components.cache(failOpenAnd("credential.username", "bob", "credential.password", "first"));
    cache.store(null, key, 1, MINUTE);
    raw.call("ACL", "SETUSER", "bob", "resetpass", ">second");
    raw.call("CLIENT", "KILL", "USER", "bob");
    cache.retrieve(null, key);
    long connections = raw.connectionsReceived();
    assertAtOnce(cache, key);
    assertThat(raw.connectionsReceived() - connections).isLessThan(20); // the probe's
    raw.call("ACL", "SETUSER", "bob", "resetpass", ">first");
    awaitBack(cache);
  }
}
