import java.math.BigDecimal;
import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.sql.Timestamp;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** What an application does with a database, through JDBC. Prints a line for each step. */
public class ConnectorJ {
  interface Action {
    Object run() throws Exception;
  }

  static void attempt(String step, Action action) {
    Object result;
    try {
      result = action.run();
    } catch (SQLException error) {
      result = error.getErrorCode() + " " + error.getSQLState() + " " + error.getMessage();
    } catch (Exception error) {
      result = error.toString();
    }
    System.out.println(step + ": " + String.valueOf(result).replace("\n", " "));
  }

  static Connection connect(String... options) throws SQLException {
    Properties properties = new Properties();
    properties.setProperty("user", System.getenv("DATABASE_USER"));
    properties.setProperty("password", System.getenv("PASSWORD"));
    properties.setProperty("allowPublicKeyRetrieval", "true");
    for (String option : options) properties.setProperty(option.split("=")[0], option.split("=")[1]);
    return DriverManager.getConnection("jdbc:mysql://127.0.0.1:" + System.getenv("PORT") + "/", properties);
  }

  static List<Object> rows(ResultSet result) throws SQLException {
    ResultSetMetaData about = result.getMetaData();
    List<Object> found = new ArrayList<>();
    for (int column = 1; column <= about.getColumnCount(); column++) {
      found.add(about.getColumnLabel(column) + " " + about.getColumnTypeName(column) + " " + about.getPrecision(column) + " "
          + about.getScale(column) + " " + about.isNullable(column) + " " + about.isAutoIncrement(column));
    }
    while (result.next()) {
      List<String> row = new ArrayList<>();
      for (int column = 1; column <= about.getColumnCount(); column++) row.add(result.getString(column));
      found.add(row);
    }
    return found;
  }

  static Object query(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      return statement.execute(sql) ? rows(statement.getResultSet()) : statement.getUpdateCount();
    }
  }

  static void application(Connection connection) throws Exception {
    attempt("connect", () -> query(connection, "SELECT 1 AS one, 'é' AS text, NULL AS nothing"));
    for (String sql : new String[] {
      "DROP DATABASE IF EXISTS clients",
      "CREATE DATABASE clients",
      "CREATE TABLE clients.items (id INT AUTO_INCREMENT PRIMARY KEY, name VARCHAR(40) UNIQUE, price DECIMAL(10,2), made DATETIME(6), "
          + "picture BLOB, details JSON) CHARSET utf8mb4",
      "ALTER TABLE clients.items ADD COLUMN size ENUM('s', 'm', 'l') NOT NULL DEFAULT 'm', ADD INDEX by_price (price)",
      "CREATE PROCEDURE clients.twice(IN a INT, OUT b INT, INOUT c INT) BEGIN SELECT a; SET b = 2 * a; SET c = c + a; END",
    }) attempt("migrate", () -> query(connection, sql));
    connection.setCatalog("clients");
    attempt("catalog", connection::getCatalog);
    String insert = "INSERT INTO items (name, price, made, picture, details) VALUES (?, ?, ?, ?, ?)";
    Action add = () -> {
      try (PreparedStatement statement = connection.prepareStatement(insert, Statement.RETURN_GENERATED_KEYS)) {
        statement.setString(1, "Привет 🙂");
        statement.setBigDecimal(2, new BigDecimal("12.50"));
        statement.setTimestamp(3, Timestamp.valueOf("2026-11-24 10:00:00.125"));
        statement.setBytes(4, new byte[] {0, -1, 39, 92});
        statement.setString(5, "{\"a\": [1]}");
        statement.executeUpdate();
        return rows(statement.getGeneratedKeys());
      }
    };
    attempt("values", add);
    attempt("duplicate", add);
    attempt("types", () -> query(connection, "SELECT * FROM items"));
    attempt("syntax", () -> query(connection, "SELEC 1"));
    attempt("batch", () -> {
      try (PreparedStatement statement = connection.prepareStatement("INSERT INTO items (name, price) VALUES (?, ?)")) {
        for (int number = 0; number < 500; number++) {
          statement.setString(1, "item " + number);
          statement.setInt(2, number);
          statement.addBatch();
        }
        return statement.executeBatch().length;
      }
    });
    for (boolean commits : new boolean[] {false, true}) {
      attempt(commits ? "commit" : "rollback", () -> {
        connection.setAutoCommit(false);
        query(connection, "INSERT INTO items (name) VALUES ('in transaction')");
        Savepoint one = connection.setSavepoint("one");
        query(connection, "UPDATE items SET price = 1 WHERE name = 'in transaction'");
        connection.rollback(one);
        Object inside = query(connection, "SELECT name, price FROM items WHERE name = 'in transaction'");
        if (commits) connection.commit();
        else connection.rollback();
        connection.setAutoCommit(true);
        return inside + " " + query(connection, "SELECT COUNT(*) FROM items");
      });
    }
    attempt("isolation", () -> {
      connection.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
      connection.setReadOnly(true);
      Object refused;
      try {
        refused = query(connection, "INSERT INTO items (name) VALUES ('read only')");
      } catch (SQLException error) {
        refused = error.getMessage();
      }
      connection.setReadOnly(false);
      return connection.getTransactionIsolation() + " " + refused;
    });
    attempt("procedure", () -> {
      try (CallableStatement statement = connection.prepareCall("{call twice(?, ?, ?)}")) {
        statement.setInt(1, 4);
        statement.registerOutParameter(2, java.sql.Types.INTEGER);
        statement.setInt(3, 5);
        statement.registerOutParameter(3, java.sql.Types.INTEGER);
        statement.execute();
        Object first = rows(statement.getResultSet());
        return first + " " + statement.getInt(2) + " " + statement.getInt(3);
      }
    });
    attempt("prepared", () -> {
      List<Object> found = new ArrayList<>();
      try (PreparedStatement statement = connection.prepareStatement("SELECT name, price FROM items WHERE id = ? OR name = ?")) {
        for (int number = 0; number < 20; number++) {
          statement.setInt(1, number);
          statement.setString(2, "item " + number);
          found.add(rows(statement.executeQuery()));
        }
      }
      return found;
    });
    attempt("cursor", () -> {
      try (PreparedStatement statement = connection.prepareStatement("SELECT id, name FROM items ORDER BY id")) {
        statement.setFetchSize(7);
        return rows(statement.executeQuery()).hashCode();
      }
    });
    attempt("streamed", () -> {
      try (Statement statement = connection.createStatement()) {
        statement.setFetchSize(Integer.MIN_VALUE);
        return rows(statement.executeQuery("SELECT id, name FROM items ORDER BY id")).hashCode();
      }
    });
    attempt("query timeout", () -> {
      try (Statement statement = connection.createStatement()) {
        statement.setQueryTimeout(1);
        return rows(statement.executeQuery("SELECT SLEEP(5) AS slept"));
      }
    });
    attempt("columns", () -> rows(connection.getMetaData().getColumns("clients", null, "items", null)));
    // The cardinality of an index is an estimate.
    query(connection, "ANALYZE TABLE items");
    attempt("indexes", () -> rows(connection.getMetaData().getIndexInfo("clients", null, "items", false, false)));
    attempt("several", () -> {
      try (Statement statement = connection.createStatement()) {
        List<Object> found = new ArrayList<>();
        boolean isResult = statement.execute("SELECT 1 AS one; UPDATE items SET price = 2 WHERE id < 4; SELECT missing");
        while (isResult || statement.getUpdateCount() != -1) {
          found.add(isResult ? rows(statement.getResultSet()) : statement.getUpdateCount());
          isResult = statement.getMoreResults();
        }
        return found;
      }
    });
    attempt("warnings", () -> {
      try (Statement statement = connection.createStatement()) {
        statement.executeUpdate("INSERT IGNORE INTO items (name) VALUES ('item 1')");
        return statement.getWarnings();
      }
    });
    attempt("valid", () -> connection.isValid(2));
    query(connection, "DROP DATABASE clients");
    connection.close();
  }

  /** Eight threads share four connections, each of which is reset before its next use. */
  static Object pool() throws Exception {
    ArrayBlockingQueue<Connection> idle = new ArrayBlockingQueue<>(4);
    for (int number = 0; number < 4; number++) idle.add(connect());
    ExecutorService threads = Executors.newFixedThreadPool(8);
    List<Future<Object>> results = new ArrayList<>();
    for (int number = 0; number < 100; number++) {
      int own = number;
      results.add(threads.submit(() -> {
        Connection connection = idle.take();
        try {
          ((com.mysql.cj.jdbc.JdbcConnection) connection).resetServerState();
          query(connection, "SET @own = " + own);
          return query(connection, "SELECT @own AS own");
        } finally {
          idle.add(connection);
        }
      }));
    }
    List<Object> found = new ArrayList<>();
    for (Future<Object> result : results) found.add(result.get());
    threads.shutdown();
    for (Connection connection : idle) connection.close();
    return found;
  }

  public static void main(String[] arguments) throws Exception {
    for (String[] options : new String[][] {
      {"allowMultiQueries=true"},
      {"allowMultiQueries=true", "useServerPrepStmts=true", "useCursorFetch=true", "cachePrepStmts=true"},
      {"allowMultiQueries=true", "rewriteBatchedStatements=true", "useLocalSessionState=true", "connectionCollation=latin1_swedish_ci"},
    }) {
      System.out.println(String.join(" ", options));
      application(connect(options));
    }
    attempt("pool", ConnectorJ::pool);
  }
}
