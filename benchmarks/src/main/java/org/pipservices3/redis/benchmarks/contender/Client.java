package org.pipservices3.redis.benchmarks.contender;

/** Client is what every contender opens: it can be closed. */
public interface Client extends AutoCloseable {
  @Override
  void close();
}
