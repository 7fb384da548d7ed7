package dev.mobula.actors.notify;

import dev.mobula.actors.codec.MessageWriter;
import dev.mobula.actors.runtime.CallException;
import dev.mobula.actors.runtime.Cluster;
import dev.mobula.actors.runtime.Request;
import dev.mobula.actors.runtime.ServiceRef;
import dev.mobula.actors.runtime.ServiceSpec;
import dev.mobula.actors.runtime.StateKind;
import dev.mobula.actors.shards.Answers;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Wording by what all desks learned together, kept by one service. While it does not answer every template is drawn alike.
public final class LearnedWording implements Wording {
    private static final Logger LOG = LoggerFactory.getLogger(LearnedWording.class);
    private static final Duration LIMIT = Duration.ofSeconds(2);
    private static final Duration FORGET_LIMIT = Duration.ofSeconds(30);

    private final Cluster cluster;
    private final ServiceRef service;

    private LearnedWording(Cluster cluster, ServiceRef service) {
        this.cluster = cluster;
        this.service = service;
    }

    /// The service of that name, started when it does not run.
    public static LearnedWording open(Cluster cluster, String name) {
        ServiceRef service =
                cluster.lookup(name)
                        .orElseGet(
                                () ->
                                        cluster.spawn(
                                                ServiceSpec.named(
                                                                name, TemplateService.Factory.class)
                                                        .state(StateKind.LOCAL)
                                                        .build()));
        return new LearnedWording(cluster, service);
    }

    @Override
    public Chosen choose(String decision, long user, List<String> templates, long nowMillis) {
        if (templates.isEmpty()) {
            return Chosen.NONE;
        }
        byte[] message = new TemplateService.Choice(decision, user, templates, nowMillis).message();
        try {
            return TemplateService.chosen(ask(TemplateService.CHOOSE, message, LIMIT));
        } catch (CallException away) {
            LOG.warn("templates are drawn alike: {}", away.getMessage());
            return EVEN.choose(decision, user, templates, nowMillis);
        }
    }

    @Override
    public void rewarded(String decision) {
        try {
            byte[] message = new MessageWriter().writeString(decision).toBytes();
            var _ = ask(TemplateService.REWARD, message, LIMIT);
        } catch (CallException away) {
            LOG.warn("what came of {} is not learned from: {}", decision, away.getMessage());
        }
    }

    @Override
    public void forget(long user) {
        byte[] message = new MessageWriter().writeLong(user).toBytes();
        var _ = ask(TemplateService.FORGET, message, FORGET_LIMIT);
    }

    private byte[] ask(int op, byte[] message, Duration limit) {
        return Answers.await(
                cluster.call(service, Request.of(op, message).within(limit).retried()));
    }
}
