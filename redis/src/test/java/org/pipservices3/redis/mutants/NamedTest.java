package org.pipservices3.redis.mutants;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.platform.engine.DiscoverySelector;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;

/** Runs single test methods in a process of their own. */
final class NamedTest {
  static final int PASSED = 0;
  static final int FAILED = 1;
  static final int NOTHING_RAN = 2;

  private static final Path TESTS = Path.of("src", "test", "java");

  private NamedTest() {}

  /** Runs the methods that are named by the arguments; exits with one of the numbers above. */
  public static void main(String[] arguments) {
    LauncherDiscoveryRequest request =
        LauncherDiscoveryRequestBuilder.request()
            .selectors(Stream.of(arguments).map(NamedTest::selector).toList())
            .configurationParameter("junit.jupiter.execution.parallel.enabled", "false")
            .build();
    SummaryGeneratingListener listener = new SummaryGeneratingListener();
    LauncherFactory.create().execute(request, listener);
    listener
        .getSummary()
        .printFailuresTo(new PrintWriter(System.out, /* autoFlush= */ true, UTF_8), 20);
    long failed = listener.getSummary().getTotalFailureCount();
    long ran = listener.getSummary().getTestsSucceededCount();
    System.exit(failed > 0 ? FAILED : ran >= arguments.length ? PASSED : NOTHING_RAN);
  }

  /** The method that is meant by a simple class name and a method name, joined by a dot. */
  static Method method(String test) {
    String name = test.substring(test.indexOf('.') + 1);
    Class<?> type = type(test);
    for (Class<?> declaring = type; declaring != null; declaring = declaring.getSuperclass()) {
      List<Method> methods =
          Stream.of(declaring.getDeclaredMethods())
              .filter(each -> each.getName().equals(name))
              .toList();
      if (methods.size() == 1) {
        return methods.get(0);
      }
    }
    throw new IllegalArgumentException("There is no test " + test);
  }

  private static DiscoverySelector selector(String test) {
    return DiscoverySelectors.selectMethod(type(test), method(test));
  }

  private static Class<?> type(String test) {
    String simpleName = test.substring(0, test.indexOf('.'));
    try (Stream<Path> files = Files.walk(TESTS)) {
      Path file =
          files
              .filter(each -> each.endsWith(simpleName + ".java"))
              .findFirst()
              .orElseThrow(() -> new IllegalArgumentException("There is no " + simpleName));
      String path = TESTS.relativize(file).toString();
      return Class.forName(
          path.substring(0, path.length() - ".java".length()).replace('/', '.').replace('\\', '.'));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (ClassNotFoundException e) {
      throw new IllegalArgumentException(e);
    }
  }
}
