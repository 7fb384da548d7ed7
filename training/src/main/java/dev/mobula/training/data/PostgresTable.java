package dev.mobula.training.data;

import dev.mobula.training.TrainingException;
import dev.mobula.training.TrainingException.Code;
import dev.mobula.training.columns.Column;
import dev.mobula.training.columns.Column.Kind;
import dev.mobula.training.columns.Rows;
import dev.mobula.training.columns.TableReader;
import dev.mobula.training.columns.TableSchema;
import dev.mobula.training.columns.Values;
import java.sql.Array;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Properties;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The rows of a query to PostgreSQL, streamed in one read-only transaction: a consistent snapshot, whatever its size.
///
/// The connection is a URL `postgresql://host:port/database?user=…`; the password comes from the caller, never from the
/// URL. Times without a zone are read as UTC.
public final class PostgresTable implements TableReader {
    private static final int FETCH_ROWS = 4_096;
    private static final int LOGIN_SECONDS = 20;
    private static final String PREFIX = "postgresql:";
    private static final Pattern PASSWORD = Pattern.compile("password=|//[^/@]*:[^/@]*@");

    private final String url;
    private final Connection connection;
    private final PreparedStatement statement;
    private final ResultSet rows;
    private final TableSchema schema;

    private PostgresTable(
            String url, Connection connection, PreparedStatement statement, ResultSet rows)
            throws SQLException {
        this.url = url;
        this.connection = connection;
        this.statement = statement;
        this.rows = rows;
        this.schema = schema(rows.getMetaData());
    }

    /// Whether a source is named by such a URL.
    public static boolean isUrl(String source) {
        return source.startsWith(PREFIX);
    }

    /// Connects and runs the query. An empty password leaves the way in to the server's configuration.
    public static PostgresTable open(String url, String password, String query) {
        if (!isUrl(url) || PASSWORD.matcher(url).find()) {
            throw TrainingException.invalid(
                    "url",
                    url.replaceAll("password=[^&]*", "password=…").replaceAll(":[^/@]*@", ":…@"),
                    "must be " + PREFIX + "//host:port/database?user=… without a password in it");
        }
        Properties properties = new Properties();
        properties.setProperty("loginTimeout", Integer.toString(LOGIN_SECONDS));
        properties.setProperty("ApplicationName", "mobula");
        if (!password.isEmpty()) {
            properties.setProperty("password", password);
        }
        Connection connection = null;
        try {
            connection = DriverManager.getConnection("jdbc:" + url, properties);
            connection.setAutoCommit(false);
            connection.setReadOnly(true);
            connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
            PreparedStatement statement = connection.prepareStatement(query);
            statement.setFetchSize(FETCH_ROWS);
            return new PostgresTable(url, connection, statement, statement.executeQuery());
        } catch (SQLException e) {
            TrainingException refusal = failed(url, e);
            closeQuietly(connection, refusal);
            throw refusal;
        } catch (TrainingException e) {
            closeQuietly(connection, e);
            throw e;
        }
    }

    private static void closeQuietly(@Nullable Connection connection, RuntimeException first) {
        try {
            if (connection != null) {
                connection.close();
            }
        } catch (SQLException second) {
            first.addSuppressed(second);
        }
    }

    private static TrainingException failed(String url, SQLException e) {
        boolean connectionsFault = e.getSQLState() != null && e.getSQLState().startsWith("08");
        return new TrainingException(
                connectionsFault ? Code.IO : Code.INVALID_INPUT,
                url + ": " + e.getMessage() + " (" + e.getSQLState() + ")",
                e);
    }

    private static TableSchema schema(ResultSetMetaData columns) throws SQLException {
        List<Column> all = new ArrayList<>();
        for (int c = 1; c <= columns.getColumnCount(); c++) {
            all.add(
                    Column.of(
                            columns.getColumnLabel(c),
                            kind(columns.getColumnLabel(c), columns.getColumnTypeName(c))));
        }
        return new TableSchema(all, Map.of());
    }

    private static Kind kind(String column, String type) {
        return switch (type) {
            case "int2", "int4", "int8", "serial", "bigserial", "smallserial", "oid" -> Kind.WHOLE;
            case "float4" -> Kind.REAL;
            case "float8", "numeric" -> Kind.NUMBER;
            case "bool" -> Kind.FLAG;
            case "timestamp", "timestamptz", "date" -> Kind.INSTANT;
            case "text", "varchar", "bpchar", "name", "uuid", "json", "jsonb" -> Kind.TEXT;
            case "bytea" -> Kind.BYTES;
            case "_int2", "_int4", "_int8" -> Kind.WHOLES;
            case "_float4", "_float8", "_numeric" -> Kind.REALS;
            case "_text", "_varchar" -> Kind.TEXTS;
            default ->
                    throw TrainingException.invalid(
                            "column " + column,
                            type,
                            "is of a type that is not read; cast it in the query");
        };
    }

    @Override
    public TableSchema schema() {
        return schema;
    }

    @Override
    public boolean next(Rows batch, int rowsMax) {
        batch.clear();
        try {
            while (batch.size() < rowsMax && rows.next()) {
                for (int c = 0; c < schema.size(); c++) {
                    add(c, batch.values(c));
                }
                batch.endRow();
            }
        } catch (SQLException e) {
            throw failed(url, e);
        }
        return batch.size() > 0;
    }

    private void add(int column, Values values) throws SQLException {
        int c = column + 1;
        Kind kind = schema.column(column).kind();
        if (rows.getObject(c) == null) {
            values.addMissing();
            return;
        }
        switch (kind) {
            case WHOLE -> ((Values.Wholes) values).add(rows.getLong(c));
            case NUMBER -> ((Values.Numbers) values).add(rows.getDouble(c));
            case REAL -> ((Values.Reals) values).add(rows.getFloat(c));
            case FLAG -> ((Values.Wholes) values).add(rows.getBoolean(c) ? 1 : 0);
            case INSTANT -> ((Values.Wholes) values).add(micros(c));
            case TEXT -> ((Values.Texts) values).add(rows.getString(c));
            case BYTES -> ((Values.Texts) values).add(rows.getBytes(c));
            case WHOLES, REALS, TEXTS -> addList(column, (Values.Lists) values);
        }
    }

    private long micros(int c) throws SQLException {
        return switch (rows.getMetaData().getColumnTypeName(c)) {
            case "timestamptz" ->
                    FieldText.micros(rows.getObject(c, OffsetDateTime.class).toInstant());
            case "date" ->
                    FieldText.micros(
                            rows.getObject(c, LocalDate.class)
                                    .atStartOfDay(ZoneOffset.UTC)
                                    .toInstant());
            default ->
                    FieldText.micros(
                            rows.getObject(c, LocalDateTime.class).toInstant(ZoneOffset.UTC));
        };
    }

    private void addList(int column, Values.Lists lists) throws SQLException {
        Array array = rows.getArray(column + 1);
        for (Object item : (Object[]) array.getArray()) {
            switch (item) {
                case null -> throw missing(column);
                case Number number when lists.elements() instanceof Values.Wholes wholes ->
                        wholes.add(number.longValue());
                case Number number when lists.elements() instanceof Values.Reals reals ->
                        reals.add(number.floatValue());
                default -> ((Values.Texts) lists.elements()).add(item.toString());
            }
        }
        lists.endList();
    }

    private TrainingException missing(int column) {
        return new TrainingException(
                Code.BAD_DATA,
                url + " column " + schema.column(column).name() + ": a list with a missing value");
    }

    @Override
    public OptionalDouble done() {
        return OptionalDouble.empty();
    }

    @Override
    public void close() {
        try (connection;
                statement) {
            rows.close();
        } catch (SQLException e) {
            throw failed(url, e);
        }
    }
}
