package org.pipservices3.redis.internal.errors;

import java.util.Map;
import java.util.regex.Pattern;
import redis.clients.jedis.exceptions.JedisDataException;

/**
 * What Redis answers as messages quote it: with what to do about it, and without the arguments that
 * it may quote, since these hold values.
 */
final class Advice {
  private static final int MAX_TEXT = 200;
  private static final String LOCK = "lock ";
  private static final Pattern QUOTED_ARGUMENTS =
      Pattern.compile(",? *with args beginning with.*", Pattern.DOTALL);

  private static final Map<String, String> BY_CODE =
      Map.ofEntries(
          Map.entry("OOM", "raise Redis's maxmemory or set an eviction policy"),
          Map.entry(
              LOCK + "OOM",
              "raise Redis's maxmemory, or keep locks in a server of their own; an eviction policy"
                  + " would free locks that are held"),
          Map.entry("READONLY", "this server is a replica: connect to the master"),
          Map.entry("WRONGTYPE", "another program keeps a different kind of value under this key"),
          Map.entry("MISCONF", "Redis cannot save its data to disk: see its log"),
          Map.entry("NOAUTH", "set credential.password"),
          Map.entry("WRONGPASS", "check credential.username and credential.password"),
          Map.entry("NOPERM", "grant this command and key to the ACL user"),
          Map.entry("LOADING", "Redis is reading its data from disk: wait until it is done"),
          Map.entry("BUSY", "a script blocks Redis: see SCRIPT KILL"),
          Map.entry(
              "NOREPLICAS",
              "fewer replicas follow than min-replicas-to-write wants: see whether they are"
                  + " connected"),
          Map.entry(Errors.MAXCLIENTS, "raise Redis's maxclients, or open fewer connections"),
          Map.entry("MOVED", "this server is a node of a cluster: set options.mode to cluster"));

  private Advice() {}

  /**
   * The text of an answer with this code.
   *
   * @param lock whether it is about a lock, which must not be evicted
   */
  static String text(JedisDataException answer, String code, boolean lock) {
    String text = QUOTED_ARGUMENTS.matcher(String.valueOf(answer.getMessage())).replaceFirst("");
    text = text.substring(0, Math.min(text.length(), MAX_TEXT));
    String advice = lock ? BY_CODE.get(LOCK + code) : null;
    advice = advice == null ? BY_CODE.get(code) : advice;
    return advice == null ? text : text + " (" + advice + ")";
  }
}
