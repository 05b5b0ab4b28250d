package org.pipservices3.redis.examples.recipes;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/**
 * A table of orders that refuses writers whose lease is over: each row remembers the highest
 * fencing token that has written it.
 */
public final class FencedOrders {
  private final Connection database;

  /** Creates a view of a table {@code orders} with columns {@code id}, {@code total}, fence. */
  public FencedOrders(Connection database) {
    this.database = database;
  }

  // fencing-row:update
  /** Returns false if a later holder of the lock has written the row: then roll back. */
  public boolean update(Order order, long fencingToken) throws SQLException {
    try (PreparedStatement update =
        database.prepareStatement(
            "UPDATE orders SET total = ?, fence = ? WHERE id = ? AND fence <= ?")) {
      update.setInt(1, order.total());
      update.setLong(2, fencingToken);
      update.setString(3, order.id());
      update.setLong(4, fencingToken);
      return update.executeUpdate() == 1;
    }
  }

  // end

  /** The total of an order that is there. */
  public int total(String id) throws SQLException {
    try (PreparedStatement query =
        database.prepareStatement("SELECT total FROM orders WHERE id = ?")) {
      query.setString(1, id);
      try (ResultSet rows = query.executeQuery()) {
        rows.next();
        return rows.getInt(1);
      }
    }
  }
}
