package org.pipservices3.redis.proof;

import java.util.List;
import org.pipservices3.commons.config.ConfigParams;

/** Servers behind a bad network, and what can happen to them. */
interface Site extends AutoCloseable {

  /** How the workers in this place are configured. */
  ConfigParams config(int place);

  List<Disaster> disasters();

  /** Who is master, since when: another text after every change of that. */
  String regime() throws Exception;

  /** Waits until all servers run and agree on who is who. */
  void awaitWhole() throws Exception;

  @Override
  void close();
}
