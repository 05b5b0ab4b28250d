package org.pipservices3.redis.benchmarks.load;

import java.util.Optional;
import java.util.concurrent.ThreadFactory;

/** Threads creates virtual threads by reflection: this is compiled for Java 17. */
public final class Threads {
  private Threads() {}

  /** A maker of virtual threads; empty before Java 21. */
  public static Optional<ThreadFactory> virtual() {
    try {
      Object builder = Thread.class.getMethod("ofVirtual").invoke(null);
      Class<?> type = Class.forName("java.lang.Thread$Builder");
      return Optional.of((ThreadFactory) type.getMethod("factory").invoke(builder));
    } catch (ReflectiveOperationException e) {
      return Optional.empty();
    }
  }
}
