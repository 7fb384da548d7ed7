package dev.mobula.training.program;

import dev.mobula.training.program.ParameterLayout.Slice;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The script around a program's lines: names its inputs, and takes the gradients of its loss.
final class ScriptText {
    private final ProgramSpec spec;
    private final String lines;

    ScriptText(ProgramSpec spec, String lines) {
        this.spec = spec;
        this.lines = lines;
    }

    static String variable(String name) {
        return name.replaceAll("[^A-Za-z0-9]", "_");
    }

    String arguments() {
        List<String> names = new ArrayList<>();
        names.add("rows");
        spec.columns().forEach(column -> names.add(variable(column.name())));
        for (int i = 0; i < spec.lookups().size(); i++) {
            names.add("index" + i);
        }
        for (int t = 0; t < spec.tables().size(); t++) {
            names.add("given" + t);
        }
        names.add("given");
        return names.stream().map(name -> name + ": Tensor").collect(Collectors.joining(", "));
    }

    String body() {
        StringBuilder body = new StringBuilder();
        inputs(body);
        body.append("    weight = rows\n");
        body.append(lines.stripTrailing()).append('\n');
        body.append("    aim = torch.sum(loss)\n");
        body.append("    results = [torch.view(torch.detach(loss), [1]), torch.detach(weight)]\n");
        return gradients(body).toString();
    }

    /// The same for lines that set, besides `loss`, the gradients `of_query` and `of_targets` themselves.
    String bodyOfSlopes() {
        StringBuilder body = new StringBuilder();
        inputs(body);
        body.append(lines.stripTrailing()).append('\n');
        body.append(
                """
                    aim = torch.add(torch.sum(torch.mul(query, of_query)), torch.sum(torch.mul(target, of_targets)))
                    results = [torch.view(loss, [1]), rows]
                """);
        return gradients(body).toString();
    }

    /// The lines alone: they set `query` and `target`, which come back recorded, with the leaves after them.
    String recorded() {
        StringBuilder body = new StringBuilder();
        inputs(body);
        body.append(lines.stripTrailing()).append('\n');
        String results = String.join(", ", sources());
        return body.append("    return [query, target, %s]\n".formatted(results)).toString();
    }

    String pullArguments() {
        return Stream.concat(
                        Stream.of("query", "target", "of_query", "of_target"), sources().stream())
                .map(name -> name + ": Tensor")
                .collect(Collectors.joining(", "));
    }

    /// Takes gradients of `query` and `target` back to the leaves.
    String pull() {
        StringBuilder body = new StringBuilder();
        body.append(
                """
                    aim = torch.add(torch.sum(torch.mul(query, of_query)), torch.sum(torch.mul(target, of_target)))
                    results = annotate(List[Tensor], [])
                """);
        return gradients(body).toString();
    }

    private List<String> sources() {
        List<String> sources = new ArrayList<>();
        sources.add("flat");
        for (int t = 0; t < spec.tables().size(); t++) {
            sources.add("table" + t);
        }
        return sources;
    }

    private StringBuilder gradients(StringBuilder body) {
        List<String> sources = sources();
        body.append(
                "    grads = torch.grad([aim], [%s], None, None, False, True)\n"
                        .formatted(String.join(", ", sources)));
        for (int i = 0; i < sources.size(); i++) {
            body.append(
                    """
                        g%d = grads[%d]
                        if g%d is not None:
                          results.append(torch.contiguous(g%d))
                        else:
                          results.append(torch.zeros_like(%s))
                    """
                            .formatted(i, i, i, i, sources.get(i)));
        }
        return body.append("    return results\n");
    }

    private void inputs(StringBuilder body) {
        List<Slice> slices = spec.parameters().slices();
        body.append("    flat = torch.requires_grad_(torch.detach(given), True)\n");
        if (!slices.isEmpty()) {
            body.append(
                    "    parts = torch.split_with_sizes(flat, %s, 0)\n"
                            .formatted(slices.stream().map(Slice::size).toList()));
        }
        for (int i = 0; i < slices.size(); i++) {
            body.append(
                    "    %s = torch.view(parts[%d], %s)\n"
                            .formatted(variable(slices.get(i).name()), i, slices.get(i).shape()));
        }
        for (int t = 0; t < spec.tables().size(); t++) {
            body.append(
                    "    table%d = torch.requires_grad_(torch.detach(given%d), True)\n"
                            .formatted(t, t));
        }
        for (int i = 0; i < spec.lookups().size(); i++) {
            Lookup lookup = spec.lookups().get(i);
            String name = variable(lookup.name());
            int table = spec.table(lookup.table());
            body.append("    %s = torch.embedding(table%d, index%d)\n".formatted(name, table, i));
            if (lines.contains(name + "_present")) {
                body.append(
                        "    %s_present = torch.to(torch.ne(index%d, 0), 6)\n".formatted(name, i));
            }
        }
    }
}
