package org.pipservices3.redis.security;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.URLEncoder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.pipservices3.commons.convert.JsonConverter;
import org.pipservices3.commons.errors.ApplicationException;
import org.pipservices3.commons.errors.ErrorDescriptionFactory;
import org.pipservices3.redis.fixture.Failures;
import org.pipservices3.redis.fixture.ObjectGraph;

/**
 * Whatever a service shows of itself, and the search for what it should not show.
 *
 * <p>A secret is found as it is, percent-encoded, in base64 wherever it begins in the encoded text,
 * in hex, and as {@code Arrays.toString} prints its bytes. Besides, whatever looks like a lock
 * token is one: 32 hex digits.
 *
 * <p>Safe for any number of threads, except that all secrets must be known before {@link #leaks}.
 */
final class Evidence {

  private static final Pattern TOKEN =
      Pattern.compile("(?<![0-9a-fA-F])[0-9a-f]{32}(?![0-9a-fA-F])");

  private static final List<String> NOT_OURS =
      List.of("org.pipservices3.redis.fixture.", "org.pipservices3.redis.security.");

  /** A piece of text, and where it showed. */
  record Exhibit(String source, String text) {}

  private final Map<String, String> secrets = new LinkedHashMap<>();
  private final Queue<Exhibit> exhibits = new ConcurrentLinkedQueue<>();

  /** Something that must not show, and its name for the report. */
  void secret(String name, String secret) {
    secrets.put(name, secret);
  }

  void add(String source, @Nullable String text) {
    if (text != null) {
      exhibits.add(new Exhibit(source, text));
    }
  }

  /** All that an error shows, in a log or in a reply to a client, with all its causes. */
  void addError(Throwable error) {
    add("stack trace", Failures.textOf(error));
    addChain(error);
  }

  private void addChain(@Nullable Throwable error) {
    if (error == null) {
      return;
    }
    add("toString of " + error.getClass().getSimpleName(), error.toString());
    if (error instanceof ApplicationException ours) {
      add("details", String.valueOf(ours.getDetails()));
      add("cause string", ours.getCauseString());
      add("serialised error", serialised(ours));
    }
    addChain(error.getCause());
    for (Throwable suppressed : error.getSuppressed()) {
      addChain(suppressed);
    }
  }

  private static String serialised(ApplicationException error) {
    try {
      return JsonConverter.toJson(ErrorDescriptionFactory.create(error));
    } catch (IOException e) {
      throw new AssertionError("The toolkit can write its own errors", e);
    }
  }

  /** What {@code toString} says of a component and of all objects of this module behind it. */
  void addObjects(@Nullable Object root) {
    ObjectGraph.walk(Collections.singleton(root), this::addObject);
  }

  private boolean addObject(String place, Object object) {
    String type = object.getClass().getName();
    if (NOT_OURS.stream().anyMatch(type::startsWith)) {
      return false;
    }
    if (ObjectGraph.isOurs(object.getClass())) {
      add("toString of " + type, object.toString());
    }
    return true;
  }

  /** Where evidence came from. */
  Set<String> sources() {
    Set<String> sources = new TreeSet<>();
    exhibits.forEach(exhibit -> sources.add(exhibit.source));
    return sources;
  }

  /** All evidence from sources whose names begin like this. */
  String from(String source) {
    StringBuilder all = new StringBuilder();
    exhibits.stream()
        .filter(exhibit -> exhibit.source.startsWith(source))
        .forEach(exhibit -> all.append(exhibit.text).append('\n'));
    return all.toString();
  }

  /** One line for every secret and source in which it shows. */
  Set<String> leaks() {
    Set<String> leaks = new TreeSet<>();
    Map<String, List<String>> needles = new LinkedHashMap<>();
    secrets.forEach((name, secret) -> needles.put(name, forms(secret)));
    for (Exhibit exhibit : exhibits) {
      needles.forEach(
          (name, forms) -> {
            for (String form : forms) {
              int at = exhibit.text.indexOf(form);
              if (at >= 0) {
                leaks.add(line(name, exhibit, at, at + form.length()));
              }
            }
          });
      Matcher token = TOKEN.matcher(exhibit.text);
      if (token.find()) {
        leaks.add(line("a token", exhibit, token.start(), token.end()));
      }
    }
    return leaks;
  }

  private static String line(String name, Exhibit exhibit, int from, int to) {
    String text = exhibit.text;
    return name
        + " in "
        + exhibit.source
        + ": "
        + text.substring(Math.max(0, from - 60), Math.min(text.length(), to + 20));
  }

  private static List<String> forms(String secret) {
    byte[] bytes = secret.getBytes(UTF_8);
    List<String> forms = new ArrayList<>();
    forms.add(secret);
    forms.add(URLEncoder.encode(secret, UTF_8));
    forms.add(HexFormat.of().formatHex(bytes));
    String listed = Arrays.toString(bytes);
    forms.add(listed.substring(1, listed.length() - 1));
    for (int before = 0; before < 3; before++) {
      byte[] shifted = new byte[before + bytes.length - (before + bytes.length) % 3];
      System.arraycopy(bytes, 0, shifted, before, shifted.length - before);
      String encoded = Base64.getEncoder().encodeToString(shifted);
      forms.add(encoded.substring(before == 0 ? 0 : 4));
    }
    return forms;
  }
}
