package dev.mobula.cluster.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mobula.cluster.doctor.Finding.State;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

final class DoctorTest {
    private final FakeMachine machine = new FakeMachine();

    @Test
    void findsNothingWrongWithAHealthyMachine() {
        assertThat(new Doctor(machine).examine())
                .allMatch(finding -> finding.state() == State.OK)
                .allMatch(finding -> finding.mend().isEmpty());
    }

    @Test
    void looksThisVeryMachineOver() {
        assertThat(new Doctor(new ThisMachine()).examine())
                .hasSize(13)
                .filteredOn(finding -> finding.what().equals("JDK"))
                .allMatch(finding -> finding.state() == State.OK);
    }

    @Test
    void anotherJdkThan25Fails() {
        machine.javaVersion = "17.0.2";

        assertThat(finding("JDK"))
                .matches(finding -> finding.state() == State.FAIL)
                .matches(finding -> finding.mend().contains("JDK 25"));
    }

    @Test
    void noMavenAndAnOldMavenFail() {
        machine.answers.put("/usr/bin/mvn", "Apache Maven 3.6.3");
        assertThat(finding("Maven").state()).isEqualTo(State.FAIL);
        assertThat(finding("Maven").found()).contains("3.6.3");

        machine.commands.remove("mvn");
        assertThat(finding("Maven").state()).isEqualTo(State.FAIL);
        assertThat(finding("Maven").mend()).contains("apt-get install maven");
    }

    @Test
    void withoutPythonOnlyRayIsMissed() {
        machine.commands.remove("python3");

        assertThat(finding("Python").state()).isEqualTo(State.WARN);
        assertThat(finding("Python").mend()).contains("python3-venv");
    }

    @Test
    void aRayThatIsNotMadeYetIsNoFault() {
        machine.files.remove(FakeMachine.VENV);

        assertThat(finding("Ray").state()).isEqualTo(State.OK);
        assertThat(finding("Ray").found()).contains("not installed yet");
    }

    @Test
    void anotherOrABrokenRayFails() {
        machine.answers.put(FakeMachine.VENV + "/bin/python", "2.40.0\n");
        assertThat(finding("Ray").state()).isEqualTo(State.FAIL);
        assertThat(finding("Ray").found()).contains("2.40.0");

        machine.answers.remove(FakeMachine.VENV + "/bin/python");
        assertThat(finding("Ray").state()).isEqualTo(State.FAIL);
    }

    @Test
    void aFullDiskFailsAndATightOneWarns() {
        machine.freeBytes.put(Path.of("/tmp"), 10_000_000L);
        machine.freeBytes.put(Path.of("/home/ann"), 3L << 30);

        assertThat(finding("temp folder").state()).isEqualTo(State.FAIL);
        assertThat(finding("home folder").state()).isEqualTo(State.WARN);
    }

    @Test
    void whatIsScarceOrTakenWarns() {
        machine.memoryBytes = 3L << 30;
        machine.openFilesMax = 1024;
        machine.freeBytes.put(Path.of("/dev/shm"), 64_000_000L);
        machine.taken.add(8080);
        machine.commands.remove("chromedriver");

        for (String what :
                new String[] {"memory", "open files", "/dev/shm", "gateway port", "Chromium"}) {
            assertThat(finding(what).state()).as(what).isEqualTo(State.WARN);
            assertThat(finding(what).mend()).as(what).isNotEmpty();
        }
        assertThat(finding("Ray's port").state()).isEqualTo(State.OK);
    }

    private Finding finding(String what) {
        return new Doctor(machine)
                .examine().stream()
                        .filter(finding -> finding.what().equals(what))
                        .findFirst()
                        .orElseThrow();
    }
}
