package org.pipservices3.redis.benchmarks.suite;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.pipservices3.redis.benchmarks.contender.Address;
import org.pipservices3.redis.benchmarks.contender.Client;
import org.pipservices3.redis.benchmarks.contender.Contender;
import org.pipservices3.redis.benchmarks.load.Bench;

/** Clients are the open clients of a suite, by the names of their contenders. */
final class Clients<C extends Client> implements AutoCloseable {
  private final Map<String, C> clients = new LinkedHashMap<>();

  /** Opens the clients; one that fails is recorded as without a result. */
  static <C extends Client> Clients<C> open(
      Bench bench, List<Contender<C>> contenders, Address redis) throws InterruptedException {
    Clients<C> opened = new Clients<>();
    for (Contender<C> contender : contenders) {
      try {
        opened.clients.put(contender.name(), contender.open(redis));
      } catch (InterruptedException e) {
        throw e;
      } catch (Exception e) {
        bench.results().fail("opening", contender.name(), String.valueOf(e.getMessage()));
      }
    }
    return opened;
  }

  Map<String, C> byName() {
    return clients;
  }

  @Override
  public void close() {
    clients.values().forEach(Client::close);
  }
}
