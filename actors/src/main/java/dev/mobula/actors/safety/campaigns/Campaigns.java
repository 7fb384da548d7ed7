package dev.mobula.actors.safety.campaigns;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.mobula.actors.runtime.Cluster;
import dev.mobula.actors.runtime.Request;
import dev.mobula.actors.runtime.ServiceRef;
import dev.mobula.actors.runtime.ServiceSpec;
import dev.mobula.actors.shards.Answers;
import dev.mobula.retrieval.campaign.Campaign;
import dev.mobula.retrieval.campaign.DenseBlocks;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// Campaigns as callers see them: which there are, with which accounts and texts and since when, and what a text is part of.
public final class Campaigns {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final int THREADS = 4;
    static final JsonMapper JSON = new JsonMapper();

    private final Cluster cluster;
    private final ServiceRef service;

    /// The campaigns of a service that runs already.
    public Campaigns(Cluster cluster, ServiceRef service) {
        this.cluster = cluster;
        this.service = service;
    }

    /// Starts the service; it reads the items from their beginning.
    public static Campaigns spawn(Cluster cluster, String name, WatchSettings settings) {
        return new Campaigns(
                cluster,
                cluster.spawn(
                        ServiceSpec.named(name, CampaignService.Factory.class)
                                .settings(WatchSettings.CODEC.encode(settings))
                                .threads(THREADS)
                                .build()));
    }

    /// How the watch fares.
    ///
    /// @param acts whether it labels, or only asks people
    /// @param stopped why it only asks although it is told to act; empty when it does not
    /// @param labelled posts it has labelled
    /// @param waiting actions that are still to be carried out
    /// @param edges of the account graph, ever
    public record Status(
            long posts,
            int remembered,
            boolean acts,
            String stopped,
            long labelled,
            int waiting,
            long edges) {}

    /// The suspicious ones, the largest first.
    public List<Campaign> suspicious(int max) {
        return ask(CampaignService.SUSPICIOUS, max, new TypeReference<>() {});
    }

    /// The campaign that an item is in, suspicious or not.
    public Optional<Campaign> of(long item) {
        List<Campaign> found = ask(CampaignService.OF, item, new TypeReference<>() {});
        return found.stream().findFirst();
    }

    /// The campaign that a text would be part of.
    public Optional<Campaign> like(String text) {
        return like(text, LIMIT);
    }

    /// The same, answered in time or not at all.
    public Optional<Campaign> like(String text, Duration limit) {
        List<Campaign> found = ask(CampaignService.LIKE, text, limit, new TypeReference<>() {});
        return found.stream().findFirst();
    }

    /// Accounts that act together more than their activity explains, by the acts of lately.
    public List<DenseBlocks.Block> blocks() {
        return ask(CampaignService.BLOCKS, 0, new TypeReference<>() {});
    }

    /// Lets it act, or only ask people.
    public Status act(boolean on) {
        return ask(CampaignService.ACT, on, new TypeReference<>() {});
    }

    public Status status() {
        return ask(CampaignService.STATUS, 0, new TypeReference<>() {});
    }

    private <T> T ask(int op, Object message, TypeReference<T> form) {
        return ask(op, message, LIMIT, form);
    }

    private <T> T ask(int op, Object message, Duration limit, TypeReference<T> form) {
        try {
            byte[] request = JSON.writeValueAsBytes(message);
            byte[] reply =
                    Answers.await(cluster.call(service, Request.of(op, request).within(limit)));
            return JSON.readValue(reply, form);
        } catch (JsonProcessingException bad) {
            throw new IllegalStateException("the watch's answer is malformed", bad);
        } catch (IOException impossible) {
            throw new IllegalStateException("bytes in memory are read", impossible);
        }
    }
}
