package org.pipservices3.redis.proof;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.pipservices3.commons.errors.ConflictException;
import org.pipservices3.redis.RedisException;
import org.pipservices3.redis.proof.history.Operation;
import org.pipservices3.redis.proof.history.Operation.Kind;
import org.pipservices3.redis.proof.history.Operation.Outcome;

/**
 * Writes down what the threads of a process do: a line before each operation and one after it, each
 * in one write, so that a process that is killed leaves what it had begun.
 *
 * <p>Safe for any number of threads.
 */
final class Recorder implements AutoCloseable {
  private static final String TAB = "\t";

  /** What an operation came to. */
  record Result(Outcome outcome, String text) {
    static Result ok(Object text) {
      return new Result(Outcome.OK, text.toString());
    }

    static Result okIf(boolean yes, Object text) {
      return new Result(yes ? Outcome.OK : Outcome.REFUSED, text.toString());
    }
  }

  /** An operation to be recorded. */
  interface Action {
    Result run() throws Exception;
  }

  /** An operation that is recorded. */
  record Recorded(String id, Result result) {
    boolean isOk() {
      return result.outcome == Outcome.OK;
    }
  }

  private final int process;
  private final AtomicLong serial = new AtomicLong();
  private final OutputStream out;

  Recorder(Path file, int process) throws IOException {
    this.process = process;
    this.out = new FileOutputStream(file.toFile());
  }

  /** Does it, and records when it began and ended and what it came to. */
  Recorded run(int thread, Kind kind, String key, String argument, long patience, Action action) {
    String id = process + "-" + serial.incrementAndGet();
    write("B", id, thread, kind, key, argument, patience, System.nanoTime());
    Result result;
    try {
      result = action.run();
    } catch (RedisException e) {
      result = new Result(Outcome.FAILED, e.code());
    } catch (ConflictException e) {
      result = new Result(Outcome.REFUSED, e.getCode());
    } catch (InterruptedException e) {
      result = new Result(Outcome.FAILED, Operation.INTERRUPTED);
    } catch (Exception e) {
      result = new Result(Outcome.BROKEN, e.toString().replaceAll("\\s+", " "));
    }
    write("E", id, System.nanoTime(), result.outcome, result.text);
    return new Recorded(id, result);
  }

  @Override
  public void close() throws IOException {
    out.close();
  }

  private void write(Object... fields) {
    List<String> texts = new ArrayList<>();
    for (Object field : fields) {
      texts.add(field.toString());
    }
    try {
      out.write((String.join(TAB, texts) + "\n").getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The operations in a file that a process has written, perhaps not to its end. */
  static List<Operation> read(Path file, int process) throws IOException {
    Map<String, Operation> operations = new LinkedHashMap<>();
    for (String line : Files.readAllLines(file)) {
      String[] fields = line.split(TAB, -1);
      if (fields[0].equals("B") && fields.length == 8) {
        operations.put(fields[1], begun(process, fields));
      } else if (fields[0].equals("E") && fields.length == 5) {
        operations.computeIfPresent(fields[1], (id, begun) -> ended(begun, fields));
      }
    }
    return List.copyOf(operations.values());
  }

  private static Operation begun(int process, String[] fields) {
    return new Operation(
        fields[1],
        process,
        Integer.parseInt(fields[2]),
        Kind.valueOf(fields[3]),
        fields[4],
        fields[5],
        Long.parseLong(fields[6]),
        Long.parseLong(fields[7]),
        Long.MAX_VALUE,
        Outcome.OPEN,
        "");
  }

  private static Operation ended(Operation begun, String[] fields) {
    return new Operation(
        begun.id(),
        begun.process(),
        begun.thread(),
        begun.kind(),
        begun.key(),
        begun.argument(),
        begun.patience(),
        begun.begin(),
        Long.parseLong(fields[2]),
        Outcome.valueOf(fields[3]),
        fields[4]);
  }
}
