package org.pipservices3.redis.proof;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.pipservices3.commons.config.ConfigParams;
import org.pipservices3.redis.fixture.RedisServer;
import org.pipservices3.redis.fixture.TcpProxy;
import org.pipservices3.redis.proof.Disaster.Harm;
import org.pipservices3.redis.proof.Disaster.Struck;

/** One server, and a network of its own for every worker. */
final class StandaloneSite implements Site {
  private final RedisServer server = RedisServer.start();
  private final List<TcpProxy> proxies =
      Stream.generate(() -> TcpProxy.to(server.port())).limit(Workforce.PLACES).toList();

  @Override
  public ConfigParams config(int place) {
    return ConfigParams.fromTuples(
        "connection.host",
        "localhost",
        "connection.port",
        proxies.get(place).port(),
        "options.connect_timeout",
        1_000,
        "options.command_timeout",
        1_000,
        "options.retries",
        1);
  }

  @Override
  public List<Disaster> disasters() {
    List<Disaster> all = new ArrayList<>(Disasters.ofNetwork(proxies));
    all.addAll(Disasters.ofServers(() -> List.of(server)));
    all.add(
        new Disaster(
            "server restarted without data",
            Harm.FORGOTTEN,
            1_000,
            random -> {
              server.kill();
              return Struck.servers(server.port(), server::restart);
            }));
    return all;
  }

  @Override
  public String regime() {
    return "";
  }

  @Override
  public void awaitWhole() {
    Disasters.call(server, "PING");
  }

  @Override
  public void close() {
    proxies.forEach(TcpProxy::close);
    server.close();
  }
}
