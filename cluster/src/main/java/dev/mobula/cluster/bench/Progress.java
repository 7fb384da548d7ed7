package dev.mobula.cluster.bench;

import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/// How far long work has come. Closed when the work has ended.
public interface Progress extends AutoCloseable {
    /// More steps are done.
    void step(long count);

    @Override
    void close();

    /// A bar on stderr.
    static Progress shown(String task, long steps) {
        ProgressBar bar =
                new ProgressBarBuilder()
                        .setTaskName(task)
                        .setInitialMax(steps)
                        .setStyle(ProgressBarStyle.ASCII)
                        .build();
        return new Progress() {
            @Override
            public void step(long count) {
                bar.stepBy(count);
            }

            @Override
            public void close() {
                bar.close();
            }
        };
    }

    /// Nothing to see.
    static Progress silent() {
        return new Progress() {
            @Override
            public void step(long count) {}

            @Override
            public void close() {}
        };
    }
}
