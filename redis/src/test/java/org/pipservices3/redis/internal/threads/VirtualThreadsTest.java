package org.pipservices3.redis.internal.threads;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;

/** Which threads are virtual; this source knows of Java 17 only. */
class VirtualThreadsTest {

  @Test
  void include_platformThreads_isFalse() {
    Thread daemon = new Thread(() -> {});
    daemon.setDaemon(true);

    assertThat(VirtualThreads.include(Thread.currentThread())).isFalse();
    assertThat(VirtualThreads.include(new Thread(() -> {}))).isFalse();
    assertThat(VirtualThreads.include(daemon)).isFalse();
  }

  @Test
  @EnabledForJreRange(min = JRE.JAVA_21, disabledReason = "Virtual threads came with Java 21")
  void include_virtualThread_isTrue() throws Exception {
    CompletableFuture<Boolean> isVirtual = new CompletableFuture<>();
    Thread.class
        .getMethod("startVirtualThread", Runnable.class)
        .invoke(
            null,
            (Runnable) () -> isVirtual.complete(VirtualThreads.include(Thread.currentThread())));

    assertThat(isVirtual.get(20, TimeUnit.SECONDS)).isTrue();
  }
}
