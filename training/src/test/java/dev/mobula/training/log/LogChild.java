package dev.mobula.training.log;

import dev.mobula.training.columns.Column;
import dev.mobula.training.columns.Column.Kind;
import dev.mobula.training.columns.Rows;
import dev.mobula.training.columns.TableSchema;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.CompletionException;

/// A process that appends from several threads, prints what was acknowledged, and is killed or meets a full disk.
final class LogChild {
    static final int WRITERS = 4;
    static final String REFUSED = "refused ";
    static final TableSchema SCHEMA =
            TableSchema.of(Column.of("id", Kind.WHOLE), Column.of("filling", Kind.BYTES));

    private LogChild() {}

    public static void main(String[] arguments) throws Exception {
        Path folder = Path.of(arguments[0]);
        long firstId = Long.parseLong(arguments[1]);
        int fillingBytes = Integer.parseInt(arguments[2]);
        LogOptions options = new LogOptions(32_768, 500, 1L << 30, Duration.ofDays(1));
        SegmentLog log = SegmentLog.open(folder, SCHEMA, options, InstantSource.system());
        GroupCommit commits = new GroupCommit(log, "child");
        Thread[] writers = new Thread[WRITERS];
        for (int i = 0; i < WRITERS; i++) {
            long first = firstId + i;
            writers[i] = Thread.ofPlatform().start(() -> write(commits, first, fillingBytes));
        }
        for (Thread writer : writers) {
            writer.join();
        }
    }

    private static void write(GroupCommit commits, long first, int fillingBytes) {
        try {
            for (long id = first; ; id += WRITERS) {
                Rows rows = new Rows(SCHEMA);
                rows.wholes(0).add(id);
                rows.texts(1).add(new byte[fillingBytes]);
                rows.endRow();
                commits.append(rows).join();
                print(Long.toString(id));
            }
        } catch (CompletionException refused) {
            print(REFUSED + refused.getCause().getMessage());
        }
    }

    private static synchronized void print(String line) {
        System.out.println(line);
        System.out.flush();
    }
}
