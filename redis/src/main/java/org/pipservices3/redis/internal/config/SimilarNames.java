package org.pipservices3.redis.internal.config;

import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/** Finds the known name that a mistyped one resembles. */
final class SimilarNames {
  /** What other clients call our names. */
  private static final Map<String, String> OTHERS =
      Map.of(
          "tls", "ssl",
          "db", "database",
          "url", "uri",
          "hostname", "host",
          "auth", "password");

  private static final int LONG = 7;

  private SimilarNames() {}

  /**
   * The known name that is fewest edits away, capitals aside, if these are few for its length; null
   * if it is one of the known or like none.
   */
  static @Nullable String of(String name, Collection<String> known) {
    return nearest(name, known, each -> Math.max(1, each.length() / 4));
  }

  /**
   * The known name of at least {@value #LONG} letters that is one edit away, capitals aside; null
   * if there is none, or if it is one of the known. Shorter names are like too many words.
   */
  static @Nullable String misspelled(String name, Collection<String> known) {
    return nearest(name, known, each -> each.length() < LONG ? -1 : 1);
  }

  private static @Nullable String nearest(
      String name, Collection<String> known, ToIntFunction<String> most) {
    if (known.contains(name)) {
      return null;
    }
    String nearest = null;
    int fewest = Integer.MAX_VALUE;
    for (String each : sorted(known)) {
      int edits = edits(name.toLowerCase(Locale.ROOT), each);
      if (edits < fewest && edits <= most.applyAsInt(each)) {
        nearest = each;
        fewest = edits;
      }
    }
    return nearest;
  }

  /** Our name for what other clients call so; the same name if it is none of theirs. */
  static String ours(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    return OTHERS.getOrDefault(lower, lower);
  }

  static List<String> sorted(Collection<String> names) {
    return names.stream().sorted().toList();
  }

  /** Characters to insert, to remove, to replace or to swap with the next. */
  private static int edits(String a, String b) {
    if (Math.abs(a.length() - b.length()) > b.length()) {
      return Integer.MAX_VALUE;
    }
    int[][] edits = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        edits[i][j] = i == 0 || j == 0 ? i + j : step(edits, a, b, i, j);
      }
    }
    return edits[a.length()][b.length()];
  }

  private static int step(int[][] edits, String a, String b, int i, int j) {
    int change = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
    int least =
        Math.min(edits[i - 1][j - 1] + change, 1 + Math.min(edits[i - 1][j], edits[i][j - 1]));
    boolean swapped =
        i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1);
    return swapped ? Math.min(least, edits[i - 2][j - 2] + 1) : least;
  }
}
