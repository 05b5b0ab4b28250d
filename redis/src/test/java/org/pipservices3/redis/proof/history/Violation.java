package org.pipservices3.redis.proof.history;

import java.util.List;

/**
 * A promise that was not kept, and the fewest operations that show it.
 *
 * @param promise the name of the rule
 * @param text what is wrong with the operations
 */
public record Violation(String promise, String text, List<Operation> operations) {

  public long begin() {
    return operations.stream().mapToLong(Operation::begin).min().orElse(0);
  }

  /** The last moment that matters; of an operation without an end, its begin. */
  public long end() {
    return operations.stream()
        .mapToLong(each -> each.end() == Long.MAX_VALUE ? each.begin() : each.end())
        .max()
        .orElse(0);
  }
}
