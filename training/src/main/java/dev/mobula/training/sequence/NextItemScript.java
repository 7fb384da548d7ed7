package dev.mobula.training.sequence;

import dev.mobula.ranking.model.packed.CausalTransformer;
import dev.mobula.training.program.Init;
import dev.mobula.training.program.ParameterLayout;
import java.util.List;
import java.util.Locale;

/// The text of a [NextItemTask]'s program, and its parameters: those of the [CausalTransformer] that serves it, and one
/// of its own.
final class NextItemScript {
    static final String TRANSFORMER = "sequence";
    static final String SHARPNESS = "sharpness";

    private static final double INITIAL_SHARPNESS = 3.2;
    private static final double DEVIATION = 0.02;
    private static final String END = "9223372036854775807";

    private final NextItemOptions options;
    private final int items;

    NextItemScript(NextItemOptions options, int items) {
        this.options = options;
        this.items = items;
    }

    static CausalTransformer.Shape shape(NextItemOptions options) {
        return NextItemModel.Shape.of(options).transformer();
    }

    /// The blocks start silent: the scale of the last norm is zero.
    ParameterLayout parameters() {
        ParameterLayout.Builder layout = ParameterLayout.builder();
        CausalTransformer.Shape shape = shape(options);
        String lastScale = TRANSFORMER + ".norm.weight";
        shape.parameters()
                .forEach(
                        (name, size) -> {
                            boolean isVector = size.size() == 1;
                            boolean isScale = isVector && name.endsWith(".weight");
                            Init init =
                                    isScale && !name.equals(lastScale)
                                            ? new Init.Constant(1)
                                            : isVector ? Init.zeros() : new Init.Normal(DEVIATION);
                            layout.add(name, size, init);
                        });
        layout.add(SHARPNESS, List.of(1), new Init.Constant(INITIAL_SHARPNESS), SHARPNESS);
        return layout.build();
    }

    String lines() {
        StringBuilder lines = new StringBuilder(inputs());
        for (int block = 0; block < options.blocks(); block++) {
            lines.append(block(TRANSFORMER + "_block" + block));
        }
        return lines.append(loss()).toString();
    }

    /// Columns before the longest sequence of the share are cut off.
    private String inputs() {
        return """
            first = torch.sub(EVENTS, int(torch.max(torch.sum(event_present, [1]))))
            length = torch.sub(EVENTS, first)
            present = torch.slice(event_present, 1, first, END, 1)
            there = torch.slice(target_present, 1, first, END, 1)
            starts = torch.view(event_start, [-1, EVENTS, WIDTH])
            events = torch.slice(torch.add(event, starts), 1, first, END, 1)
            events = torch.dropout(events, DROPOUT, True)
            goals = torch.view(target_start, [-1, EVENTS, WIDTH])
            goals = torch.slice(torch.add(target, goals), 1, first, END, 1)
            others = torch.add(negative, torch.view(negative_start, [-1, NEGATIVES, WIDTH]))
            steps = torch.cumsum(torch.ones_like(torch.select(present, 0, 0)), 0)
            ages = torch.sub(torch.unsqueeze(steps, 1), torch.unsqueeze(steps, 0))
            past = torch.tril(torch.exp(torch.mul(torch.clamp_min(ages, 0.), DECAY)))
            recent = torch.matmul(past, events)
            future = torch.mul(torch.triu(torch.ones_like(ages), 1), -1e9)
            absent = torch.mul(torch.sub(torch.unsqueeze(present, 1), 1.), 1e9)
            hidden = torch.unsqueeze(torch.add(future, absent), 1)
            places = torch.flip(torch.slice(sequence_positions, 0, 0, length, 1), [0])
            x = torch.mul(torch.add(events, places), torch.unsqueeze(present, 2))
        """
                .replaceAll("(?m)^ *", "    ")
                .replace("EVENTS", Integer.toString(options.eventsMax()))
                .replace("WIDTH", Integer.toString(options.width()))
                .replace("NEGATIVES", Integer.toString(options.negatives()))
                .replace("DROPOUT", number(options.dropout()))
                .replace("DECAY", number(Math.log(options.ageDecay())))
                .replace("END", END);
    }

    private String block(String name) {
        int headWidth = options.width() / options.heads();
        String split =
                "torch.transpose(torch.view(torch.narrow(qkv, 2, %d, WIDTH), [-1, length, HEADS,"
                        + " HEAD]), 1, 2)";
        return """
        y = torch.layer_norm(x, [WIDTH], NAME_norm1_weight, NAME_norm1_bias, 1e-05, False)
        qkv = torch.linear(y, NAME_qkv_weight, NAME_qkv_bias)
        q = QUERY
        k = KEY
        v = VALUE
        a = torch.mul(torch.matmul(q, torch.transpose(k, 2, 3)), SCALE)
        a = torch.dropout(torch.softmax(torch.add(a, hidden), -1), DROPOUT, True)
        o = torch.reshape(torch.transpose(torch.matmul(a, v), 1, 2), [-1, length, WIDTH])
        o = torch.linear(o, NAME_out_weight, NAME_out_bias)
        x = torch.add(x, torch.dropout(o, DROPOUT, True))
        y = torch.layer_norm(x, [WIDTH], NAME_norm2_weight, NAME_norm2_bias, 1e-05, False)
        y = torch.relu(torch.linear(y, NAME_up_weight, NAME_up_bias))
        y = torch.linear(torch.dropout(y, DROPOUT, True), NAME_down_weight, NAME_down_bias)
        x = torch.add(x, torch.dropout(y, DROPOUT, True))
        """
                .replaceAll("(?m)^", "    ")
                .replace("QUERY", split.formatted(0))
                .replace("KEY", split.formatted(options.width()))
                .replace("VALUE", split.formatted(2 * options.width()))
                .replace("NAME", name)
                .replace("WIDTH", Integer.toString(options.width()))
                .replace("HEADS", Integer.toString(options.heads()))
                .replace("HEAD", Integer.toString(headWidth))
                .replace("SCALE", number(1 / Math.sqrt(headWidth)))
                .replace("DROPOUT", number(options.dropout()));
    }

    /// Softmax of each target against its sequence's negatives, which stand for all items.
    private String loss() {
        return """
        x = torch.layer_norm(x, [WIDTH], sequence_norm_weight, sequence_norm_bias, 1e-05, False)
        x = torch.mul(torch.add(x, recent), torch.exp(sharpness))
        own = torch.sum(torch.mul(x, goals), [2], True)
        rest = torch.add(torch.matmul(x, torch.transpose(others, 1, 2)), SHARE)
        each = torch.sub(torch.logsumexp(torch.cat([own, rest], 2), [2]), torch.squeeze(own, 2))
        loss = torch.sum(torch.mul(each, there))
        weight = torch.view(torch.sum(there), [1])
        """
                .replaceAll("(?m)^", "    ")
                .replace("WIDTH", Integer.toString(options.width()))
                .replace("SHARE", number(Math.log((double) items / options.negatives())));
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.9g", value);
    }
}
