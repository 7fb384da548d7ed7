package dev.mobula.cluster.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What one benchmark or evaluation found: tables for people, figures and checks for machines.
///
/// A check that was not run is absent. The JSON object is one line, so that it can be a text's last.
public final class Report {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final String name;
    private final Map<String, String> titles = new LinkedHashMap<>();
    private final Map<String, Object> figures = new LinkedHashMap<>();
    private final List<Check> checks = new ArrayList<>();
    private MachineFacts machine = MachineFacts.here();

    public Report(String name) {
        this.name = name;
    }

    /// Adds a table under a title.
    public Report table(String title, Table table) {
        titles.put(title, table.text());
        return this;
    }

    /// Adds a figure: a number, a text, or a list or map of such.
    public Report figure(String key, Object value) {
        if (figures.put(key, value) != null) {
            throw new IllegalArgumentException("figure=" + key + ": reported twice");
        }
        return this;
    }

    public Report check(Check check) {
        if (checks.stream().anyMatch(other -> other.name().equals(check.name()))) {
            throw new IllegalArgumentException("check=" + check.name() + ": reported twice");
        }
        checks.add(check);
        return this;
    }

    /// Names the versions of what was measured beside Mobula.
    public Report peers(Map<String, String> versions) {
        machine = machine.withPeers(versions);
        return this;
    }

    public List<Check> checks() {
        return List.copyOf(checks);
    }

    public long failed() {
        return checks.stream().filter(check -> !check.holds()).count();
    }

    /// The report as people read it, without the JSON object.
    public String text() {
        StringBuilder text = new StringBuilder();
        titles.forEach(
                (title, table) -> text.append(title).append('\n').append(table).append('\n'));
        if (!checks.isEmpty()) {
            Table table = Table.of("check", "value", "unit", "goal", "holds");
            for (Check check : checks) {
                table.row(
                        check.name(),
                        check.value(),
                        check.unit(),
                        check.goal(),
                        check.holds() ? "yes" : "NO");
            }
            text.append(table.text()).append('\n');
        }
        return text.append(machine.cpu())
                .append(", SIMD ")
                .append(machine.simdBits())
                .append(" bits, ")
                .append(machine.cores())
                .append(" cores, JDK ")
                .append(Runtime.version().feature())
                .append('\n')
                .toString();
    }

    /// The whole report as one line of JSON.
    public String json() {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("name", name);
        object.put("figures", figures);
        object.put("checks", checks);
        object.put("machine", machine);
        try {
            return JSON.writeValueAsString(object);
        } catch (JsonProcessingException unwritable) {
            throw new IllegalStateException("report " + name + " is not JSON", unwritable);
        }
    }
}
