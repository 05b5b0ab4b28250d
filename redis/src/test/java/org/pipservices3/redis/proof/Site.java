package org.pipservices3.redis.proof;

import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.awaitility.core.ConditionTimeoutException;
import org.pipservices3.commons.config.ConfigParams;
import org.pipservices3.redis.fixture.RedisServer;
import org.pipservices3.redis.fixture.Target;
import org.pipservices3.redis.fixture.TcpProxy;
import org.pipservices3.redis.proof.Disaster.Struck;
import redis.clients.jedis.exceptions.JedisException;

/** Servers behind a bad network, and what can happen to them. */
abstract class Site implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(40);

  /** The bad network: a proxy in front of each server that the site was made with. */
  final List<TcpProxy> proxies;

  Site(List<RedisServer> servers) {
    proxies = servers.stream().map(server -> TcpProxy.to(server.port())).toList();
  }

  /** How the workers in this place are configured. */
  final ConfigParams config(int place) {
    return target(place).config("options.connect_timeout", 1_000, "options.command_timeout", 1_000);
  }

  /** What can happen to any network and to any masters, and what can happen only here. */
  final List<Disaster> disasters() {
    List<Disaster> all = new ArrayList<>(Disasters.ofNetwork(proxies));
    all.addAll(Disasters.ofServers(this::masters));
    all.addAll(ownDisasters());
    return all;
  }

  /** Waits until all servers run and agree on who is who. */
  final void awaitWhole() {
    try {
      awaitUntil(this::isWhole);
    } catch (ConditionTimeoutException e) {
      throw new IllegalStateException("the servers do not recover: " + state(), e);
    }
  }

  /** How the workers in this place reach the servers. */
  abstract Target target(int place);

  abstract List<RedisServer> masters();

  abstract List<Disaster> ownDisasters();

  /** Who is master, since when: another text after every change of that. */
  abstract String regime();

  abstract boolean isWhole();

  /** What the servers say of themselves, for the error when they do not recover. */
  abstract String state();

  @Override
  public void close() {
    proxies.forEach(TcpProxy::close);
  }

  /** The end of a master, which is started again when another has replaced it. */
  static Struck kill(RedisServer master, Callable<Boolean> replaced) {
    master.kill();
    return Struck.servers(
        master.port(),
        () -> {
          awaitUntil(replaced);
          master.restart();
        });
  }

  static void awaitUntil(Callable<Boolean> condition) {
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(20))
        .ignoreExceptionsInstanceOf(JedisException.class)
        .until(condition);
  }
}
