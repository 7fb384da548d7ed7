package dev.mobula.cluster.bench.campaign;

import dev.mobula.cluster.report.Check;
import dev.mobula.cluster.report.Report;
import dev.mobula.cluster.report.Table;
import dev.mobula.retrieval.campaign.ActGraph;
import dev.mobula.retrieval.campaign.CampaignIndex;
import dev.mobula.retrieval.campaign.CampaignSettings;
import dev.mobula.retrieval.campaign.DenseBlocks;
import dev.mobula.retrieval.campaign.Links;
import dev.mobula.retrieval.campaign.Post;
import dev.mobula.retrieval.canonical.Canonicaliser;
import dev.mobula.training.world.spam.CampaignDefence;
import dev.mobula.training.world.spam.InjectedCampaigns;
import dev.mobula.training.world.spam.SpamPost;
import dev.mobula.training.world.spam.SpamWorld;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;

/// Posts a second into a campaign index and edges a second through the account graph, on one thread; and what the simulated
/// world's users see of campaigns with and without it.
public final class CampaignStudy {
    private static final double NANOS = 1e9;
    private static final double B3_MIN = .95;
    private static final double POSTS_UNTIL_MAX = 15;
    private static final double JOKES_MAX = .01;
    private static final int BLOCK_EDGES = 20_000;
    private static final int ACCOUNTS = 100_000;
    private static final int TARGETS = 50_000;

    private final int posts;
    private final int edges;

    private final boolean quick;
    private final Optional<Path> graph;

    /// @param quick whether it is to end within seconds
    /// @param graph edges of a real graph into which blocks are injected
    public CampaignStudy(boolean quick, Optional<Path> graph) {
        this.quick = quick;
        this.graph = graph;
        posts = quick ? 10_000 : 60_000;
        edges = quick ? 50_000 : 400_000;
    }

    /// Measures, and adds tables and figures.
    public void addTo(Report report) {
        world(report);
        injected(report);
        BlockStudy blocks = BlockStudy.of(graph, BLOCK_EDGES);
        if (quick) {
            blocks.addTo(report, .5);
        } else {
            blocks.addTo(report, .1, .5, .9);
        }
        double postsPerSecond = postsPerSecond();
        double[] graph = graph();
        report.table(
                "campaigns and accounts, one thread",
                Table.of("what", "per second")
                        .row("posts, canonical form to cluster", postsPerSecond)
                        .row("edges into the graph", graph[0])
                        .row(
                                "edges searched for dense blocks, 19 graphs by chance included",
                                graph[1]));
        report.figure("campaign_posts_per_second", postsPerSecond)
                .figure("graph_edges_per_second", graph[0])
                .figure("blocks_edges_per_second", graph[1]);
    }

    private void injected(Report report) {
        Table table =
                Table.of(
                        "disguise of every copy, no links",
                        "posts until found",
                        "found",
                        "precision",
                        "recall",
                        "B3 F1",
                        "pairs F1",
                        "jokes held to be one");
        List<InjectedCampaigns.Measured> all =
                InjectedCampaigns.measure(CampaignSettings.DEFAULT, quick ? 3_000 : 12_000, 7);
        for (InjectedCampaigns.Measured one : all) {
            table.row(
                    one.disguise(),
                    one.postsUntil(),
                    one.found(),
                    one.precision(),
                    one.recall(),
                    one.b3(),
                    one.pairwise(),
                    one.organic());
            report.figure("campaign_posts_until_" + one.disguise(), one.postsUntil())
                    .figure("campaign_b3_" + one.disguise(), one.b3())
                    .figure("campaign_recall_" + one.disguise(), one.recall());
        }
        List<InjectedCampaigns.Measured> readable =
                all.stream().filter(one -> !one.disguise().equals("paraphrase")).toList();
        double least = readable.stream().mapToDouble(one -> one.b3()).min().orElse(0);
        double longest = readable.stream().mapToDouble(one -> one.postsUntil()).max().orElse(0);
        double jokes = all.stream().mapToDouble(one -> one.organic()).max().orElse(1);
        report.check(Check.atLeast("B3 F1 of readable disguises", least, "", B3_MIN))
                .check(Check.atMost("posts until found", longest, "posts", POSTS_UNTIL_MAX))
                .check(Check.atMost("jokes held to be campaigns", jokes, "", JOKES_MAX));
        report.table("campaigns among honest posts and jokes that spread", table);
    }

    private void world(Report report) {
        int length = Math.min(posts, 20_000);
        SpamWorld.Outcome open = new SpamWorld(5_000, 4, .12, 1).run(length, SpamWorld.NONE);
        CampaignDefence defence =
                new CampaignDefence(CampaignSettings.DEFAULT.withPostsMax(1 << 14));
        SpamWorld.Outcome held = new SpamWorld(5_000, 4, .12, 1).run(length, defence);
        Table table = Table.of("tenth of the run", "spam views per 10,000, open", "defended");
        for (int part = 0; part < open.violatingPer10k().size(); part++) {
            table.row(part + 1, open.violatingPer10k().get(part), held.violatingPer10k().get(part));
        }
        report.table("campaigns that adapt, in the simulated world", table);
        report.figure("spam_views_per_10k_open", open.violating())
                .figure("spam_views_per_10k_defended", held.violating())
                .figure("spam_caught_share", held.caughtShare())
                .figure("honest_blocked_share", held.falseShare())
                .figure("adaptations", held.adaptations());
    }

    private double postsPerSecond() {
        List<SpamPost> all = new ArrayList<>();
        new SpamWorld(20_000, 8, .1, 3)
                .run(
                        posts,
                        post -> {
                            all.add(post);
                            return Set.of();
                        });
        CampaignIndex index = new CampaignIndex(CampaignSettings.DEFAULT);
        long start = System.nanoTime();
        for (SpamPost post : all) {
            index.add(
                    new Post(
                            post.id(),
                            post.account(),
                            post.atMillis(),
                            post.atMillis() - post.sinceMillis(),
                            post.quietMillis(),
                            Canonicaliser.read(post.text()).text(),
                            Links.of(post.text())));
        }
        return posts * NANOS / (System.nanoTime() - start);
    }

    private double[] graph() {
        SplittableRandom random = new SplittableRandom(5);
        ActGraph.Builder builder = new ActGraph.Builder();
        long start = System.nanoTime();
        for (int i = 0; i < edges; i++) {
            builder.add(skewed(random, ACCOUNTS), skewed(random, TARGETS));
        }
        ActGraph graph = builder.build();
        long built = System.nanoTime();
        List<DenseBlocks.Block> found = DenseBlocks.find(graph, .1, .02, 7);
        long searched = System.nanoTime();
        if (!found.isEmpty() && found.getFirst().p() >= .1) {
            throw new IllegalStateException("a block of p=" + found.getFirst().p() + " was kept");
        }
        return new double[] {
            edges * NANOS / (built - start), graph.edges() * NANOS / (searched - built)
        };
    }

    private static long skewed(SplittableRandom random, int count) {
        double draw = random.nextDouble();
        return (long) (count * draw * draw);
    }
}
