package org.pipservices3.redis.examples;

import org.pipservices3.commons.refer.IReferences;
import org.pipservices3.commons.refer.ReferenceException;
import org.pipservices3.redis.state.RedisStateStore;

/**
 * Progress shows what a state store is for: a job notes how far it has come, and another process
 * goes on from there. A state stays until it is removed, and only one of several gets it then.
 */
final class Progress implements Step {
  private static final String TRACE = "progress";

  /** How far a job has come. */
  record State(String file, int lines) {}

  private RedisStateStore states = new RedisStateStore();

  @Override
  public void setReferences(IReferences references) throws ReferenceException {
    states = references.getOneRequired(RedisStateStore.class, Descriptors.STATE_STORE);
  }

  @Override
  public void run(StepPrinter printer, TutorialKeys keys, TutorialServer server) {
    printer.title("A state store keeps how far a job has come, until the job is done.", this);
    String key = keys.key("import");
    printer.step("before the job", null, states.loadAs(TRACE, key, State.class));
    State state = new State("orders.csv", 100);
    printer.step("save", state, states.save(TRACE, key, state));
    printer.step("load, as another process would", state, states.loadAs(TRACE, key, State.class));
    Object removed = states.delete(TRACE, key);
    printer.require(removed != null, "The state should have been there until its removal");
    printer.step("delete gives what was there", removed);
    printer.step("and again", null, states.<Object>delete(TRACE, key));
  }
}
