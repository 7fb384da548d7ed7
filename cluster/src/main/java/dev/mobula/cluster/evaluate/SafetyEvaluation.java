package dev.mobula.cluster.evaluate;

import dev.mobula.cluster.evaluate.safety.SafetyJudge;
import dev.mobula.cluster.report.Report;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/// Whether models of text hold under disguise, on sets they never saw, and against texts that only look bad: the options.
///
/// The work is in `SafetyJudge`, which needs the libraries; help is answered without them.
final class SafetyEvaluation implements Evaluation {
    @Option(
            names = "--data",
            required = true,
            paramLabel = "DIR",
            description =
                    "A folder with tweeteval/, davidson.csv.gz, prompt_injection_deepset.json.gz,"
                            + " jailbreak_jackhhao.json.gz and notinject_{one,two,three}.json.gz; what is missing is"
                            + " left out.")
    private Path data = Path.of("");

    @Option(
            names = "--transforms",
            description = "Also judge every disguise, on TweetEval offensive.")
    private boolean transforms;

    @Override
    public String name() {
        return "safety";
    }

    @Override
    public String summary() {
        return "models of text: disguise, unseen sets, over-defence, calibration";
    }

    @Override
    public Report run(boolean watched) {
        return new SafetyJudge(data, transforms).run(watched);
    }
}
