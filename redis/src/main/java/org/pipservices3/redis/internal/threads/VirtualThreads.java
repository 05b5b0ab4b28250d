package org.pipservices3.redis.internal.threads;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.concurrent.ThreadFactory;
import org.jspecify.annotations.Nullable;

/** Recognises virtual threads, which Java has from version 21 on. */
public final class VirtualThreads {
  private static final MethodHandle IS_VIRTUAL = isVirtual();

  private VirtualThreads() {}

  public static boolean include(Thread thread) {
    try {
      return (boolean) IS_VIRTUAL.invokeExact(thread);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  /** Makes virtual threads named like this, with a number behind it; null where Java has none. */
  public static @Nullable ThreadFactory factory(String name) {
    try {
      Class<?> type = Class.forName("java.lang.Thread$Builder");
      Object builder = Thread.class.getMethod("ofVirtual").invoke(null);
      Object named = type.getMethod("name", String.class, long.class).invoke(builder, name, 1L);
      Object lean =
          type.getMethod("inheritInheritableThreadLocals", boolean.class).invoke(named, false);
      return (ThreadFactory) type.getMethod("factory").invoke(lean);
    } catch (ReflectiveOperationException e) {
      return null;
    }
  }

  private static MethodHandle isVirtual() {
    MethodType type = MethodType.methodType(boolean.class);
    try {
      return MethodHandles.publicLookup().findVirtual(Thread.class, "isVirtual", type);
    } catch (ReflectiveOperationException e) {
      return MethodHandles.empty(type.insertParameterTypes(0, Thread.class));
    }
  }
}
