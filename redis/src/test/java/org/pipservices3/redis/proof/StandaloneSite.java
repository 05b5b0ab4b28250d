package org.pipservices3.redis.proof;

import java.util.Collections;
import java.util.List;
import org.pipservices3.redis.fixture.RedisServer;
import org.pipservices3.redis.fixture.Target;
import org.pipservices3.redis.proof.Disaster.Harm;

/** One server, and a network of its own for every worker. */
final class StandaloneSite extends Site {
  private final RedisServer server;

  StandaloneSite() {
    this(RedisServer.start());
  }

  private StandaloneSite(RedisServer server) {
    super(Collections.nCopies(Workforce.PLACES, server));
    this.server = server;
  }

  @Override
  Target target(int place) {
    return Target.of(proxies.get(place), server).with("options.retries", 1);
  }

  @Override
  List<RedisServer> masters() {
    return List.of(server);
  }

  @Override
  List<Disaster> ownDisasters() {
    return List.of(
        new Disaster(
            "server restarted without data",
            Harm.FORGOTTEN,
            1_000,
            random -> kill(server, () -> true)));
  }

  @Override
  String regime() {
    return "";
  }

  @Override
  boolean isWhole() {
    return Disasters.call(server, "PING").equals("PONG");
  }

  @Override
  String state() {
    return server.isRunning() ? "it runs" : "it is down";
  }

  @Override
  public void close() {
    super.close();
    server.close();
  }
}
