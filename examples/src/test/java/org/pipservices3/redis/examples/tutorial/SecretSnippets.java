package org.pipservices3.redis.examples.tutorial;

import java.util.Map;
import org.pipservices3.commons.config.ConfigParams;
import org.pipservices3.commons.errors.ApplicationException;
import org.pipservices3.container.ProcessContainer;
import org.pipservices3.redis.build.DefaultRedisFactory;

/** The code of docs/operations.md for secrets from the environment. */
final class SecretSnippets extends ProcessContainer {
  private final Map<String, String> environment;

  SecretSnippets(Map<String, String> environment) {
    super("orders", "A service whose configuration names variables of the environment");
    this.environment = environment;
    addFactory(new DefaultRedisFactory());
  }

  // secrets:environment
  @Override
  public void readConfigFromFile(String correlationId, String path, ConfigParams parameters)
      throws ApplicationException {
    ConfigParams all = parameters.override(new ConfigParams(environment)); // System.getenv()
    super.readConfigFromFile(correlationId, path, all);
  }
  // end
}
