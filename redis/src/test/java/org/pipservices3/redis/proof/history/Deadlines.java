package org.pipservices3.redis.proof.history;

import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Nobody waits past what was asked for and what its commands may take, and no error is one that the
 * docs do not know.
 *
 * <p>Commands may take {@link #COMMANDS} while servers are struck, that is all retries of the
 * workers' options, and else {@link #PROMPT}, which is what a busy machine gets. Not promised to a
 * process that is itself stopped meanwhile.
 */
final class Deadlines implements Rule {
  static final long COMMANDS = TimeUnit.MILLISECONDS.toNanos(9_500);
  static final long PROMPT = TimeUnit.MILLISECONDS.toNanos(2_500);

  @Override
  public List<Violation> check(History history) {
    return history.operations().stream()
        .filter(each -> !tellsAllIsWell(history, each))
        .map(
            each -> new Violation("calls end in time and as documented", text(each), List.of(each)))
        .toList();
  }

  private static boolean tellsAllIsWell(History history, Operation each) {
    if (each.outcome() == Operation.Outcome.BROKEN) {
      return false;
    }
    boolean open = each.end() == Long.MAX_VALUE;
    long until = open ? history.lastSign(each.process()) : each.end();
    boolean faulty = history.isFaulty(each.begin(), until);
    long allowed = each.patience() + (faulty ? COMMANDS : PROMPT);
    return until - each.begin() <= allowed + stopped(history, each, until);
  }

  private static long stopped(History history, Operation each, long until) {
    return history.faults().stream()
        .filter(fault -> fault.process() == each.process())
        .filter(fault -> fault.overlaps(each.begin(), until))
        .mapToLong(fault -> fault.end() - fault.begin())
        .sum();
  }

  private static String text(Operation each) {
    return each.outcome() == Operation.Outcome.BROKEN
        ? "an error that no caller expects"
        : "it took too long, or never ended";
  }
}
