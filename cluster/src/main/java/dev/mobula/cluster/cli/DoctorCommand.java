package dev.mobula.cluster.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mobula.cluster.doctor.Doctor;
import dev.mobula.cluster.doctor.Finding;
import dev.mobula.cluster.doctor.Machine;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `doctor`: what this machine has and lacks, and how to mend it.
@Command(
        name = "doctor",
        description = "Look this machine over: what is wrong, and how to mend it.",
        footer = "%nExit code: 1 when something that Mobula cannot do without is wrong.")
final class DoctorCommand implements Callable<Integer> {
    private final Console console;
    private final Machine machine;

    @Option(names = "--json", description = "Answer as one JSON object.")
    private boolean json;

    DoctorCommand(Console console, Machine machine) {
        this.console = console;
        this.machine = machine;
    }

    @Override
    public Integer call() throws JsonProcessingException {
        List<Finding> findings = new Doctor(machine).examine();
        boolean healthy =
                findings.stream().noneMatch(finding -> finding.state() == Finding.State.FAIL);
        if (json) {
            console.say(
                    new ObjectMapper()
                            .writeValueAsString(Map.of("healthy", healthy, "findings", findings)));
        } else {
            int width = findings.stream().mapToInt(found -> found.what().length()).max().orElse(0);
            findings.forEach(finding -> say(finding, width));
        }
        return healthy ? 0 : 1;
    }

    private void say(Finding finding, int width) {
        String state =
                switch (finding.state()) {
                    case OK -> "@|green ok  |@";
                    case WARN -> "@|yellow warn|@";
                    case FAIL -> "@|red,bold fail|@";
                };
        String name = finding.what() + " ".repeat(width - finding.what().length());
        console.say(console.ansi().string(state) + "  " + name + "  " + finding.found());
        if (!finding.mend().isEmpty()) {
            console.say(" ".repeat(8 + width) + "-> " + finding.mend());
        }
    }
}
