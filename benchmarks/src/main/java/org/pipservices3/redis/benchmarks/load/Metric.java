package org.pipservices3.redis.benchmarks.load;

/** Metric is one kind of figure: its name, its unit, and whether more of it is better. */
public enum Metric {
  RATE("rate", "ops/s", true),
  P50("p50", "us", false),
  P99("p99", "us", false),
  P999("p99.9", "us", false),
  MAX("longest", "us", false),
  HANDOFFS("hand-offs to the other client", "1/s", true),
  FAIRNESS("least / most served thread", "", true),
  LOADS("loads of a key", "", false),
  COMMANDS("commands", "", false),
  PINGS("heartbeats", "", false),
  BYTES("allocated", "B/op", false),
  USER("client in Java", "us/op", false),
  KERNEL("client in the kernel", "us/op", false),
  SERVER("server", "us/op", false),
  SWITCHES("context switches", "1/op", false),
  READS("server's reads", "1/op", false),
  IDLE("processors idle", "%", false);

  private final String label;
  private final String unit;
  private final boolean moreIsBetter;

  Metric(String label, String unit, boolean moreIsBetter) {
    this.label = label;
    this.unit = unit;
    this.moreIsBetter = moreIsBetter;
  }

  public String label() {
    return unit.isEmpty() ? label : label + ", " + unit;
  }

  public boolean moreIsBetter() {
    return moreIsBetter;
  }
}
