package org.pipservices3.redis.examples;

import org.pipservices3.commons.refer.IReferenceable;

/**
 * A component that shows one thing, on the caches and locks that the container refers it to. It
 * fails with a {@link StepFailedException} if an outcome is not what the documents promise.
 */
interface Step extends IReferenceable {
  void run(StepPrinter printer, TutorialKeys keys, TutorialServer server) throws Exception;
}
