package org.pipservices3.redis.benchmarks.load;

import java.io.File;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * ClassPath is the class path with which another JVM can run classes of this one, even if a build
 * tool runs this one in its own JVM, with its own class loader.
 */
public final class ClassPath {
  private ClassPath() {}

  public static String own() {
    return ClassPath.class.getClassLoader() instanceof URLClassLoader loader
        ? Arrays.stream(loader.getURLs())
            .map(ClassPath::path)
            .collect(Collectors.joining(File.pathSeparator))
        : System.getProperty("java.class.path");
  }

  /** The program that runs a JVM like this one. */
  public static String java() {
    return Path.of(System.getProperty("java.home"), "bin", "java").toString();
  }

  private static String path(URL url) {
    return Path.of(URI.create(url.toString())).toString();
  }
}
