package org.pipservices3.redis.benchmarks.contender;

/** Address is where a contender finds Redis. */
public record Address(String host, int port) {
  /** The address in the form that most drivers take. */
  public String uri() {
    return "redis://" + host + ":" + port;
  }
}
