package org.pipservices3.redis.examples.tutorial;

import org.pipservices3.redis.state.RedisStateStore;

/** The code of docs/state.md. */
final class StateSnippets {
  record Progress(String file, int done) {}

  private StateSnippets() {}

  static int goOn(RedisStateStore states) {
    // state:go-on
    Progress progress = states.loadAs("123", "import-17", Progress.class); // null: not begun
    int begin = progress == null ? 0 : progress.done();
    states.save("123", "import-17", new Progress("orders.csv", begin + 100));
    // end
    return begin;
  }
}
