package dev.mobula.cluster.engine;

import dev.mobula.actors.items.IndexedAttribute;
import dev.mobula.actors.items.ItemShardSettings;
import dev.mobula.actors.users.UserShardSettings;
import dev.mobula.cluster.config.Key;
import dev.mobula.cluster.gateway.GatewayOptions;
import dev.mobula.cluster.gateway.KeyFile;
import dev.mobula.cluster.gateway.TlsFiles;
import dev.mobula.retrieval.store.EventKind;
import dev.mobula.retrieval.store.EventKinds;
import dev.mobula.retrieval.store.UserLimits;
import dev.mobula.retrieval.vectors.Metric;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Everything that an engine is told before it starts.
public record EngineSettings(
        @Key(
                        "Where the gateway keeps its log of pages, and the services what they store when they run in this process; on Ray each node has a state folder of its own.")
                Path state,
        @Key(
                        "On Ray, the names of the nodes over which services with state are spread; the first node alone when none is"
                                + " named. State stays on its node: a list that changes leaves it behind.")
                List<String> nodes,
        @Key("The HTTP side.") Gateway gateway,
        @Key("The items and how they are found.") Items items,
        @Key("The users, their edges and what they did.") Users users,
        @Key("The sources of candidates.") Candidates candidates,
        @Key("The services that score.") RankersConfig rankers,
        @Key("How a page is made.") FeedConfig feed,
        @Key("How texts are judged.") SafetyConfig safety,
        @Key("What is kept of what was shown and done.") LogsConfig logs,
        @Key("How the engine learns from what it served.") LoopConfig loop,
        @Key("How notifications are decided.") NotificationConfig notifications) {
    public EngineSettings {
        nodes = List.copyOf(nodes);
    }

    /// An engine of one machine, for a few million items.
    public static final EngineSettings DEFAULT =
            new EngineSettings(
                    Path.of("mobula-state"),
                    List.of(),
                    new Gateway(
                            "127.0.0.1",
                            8080,
                            Optional.empty(),
                            Optional.empty(),
                            16 << 20,
                            1_024,
                            4_096),
                    new Items(2, 64, Metric.INNER_PRODUCT, List.of(), List.of("title", "text")),
                    Users.of(2),
                    new Candidates(
                            1,
                            Duration.ofHours(6),
                            Duration.ofHours(24),
                            200,
                            Duration.ofSeconds(30)),
                    new RankersConfig(
                            1, 10_000_000, 4_096, false, Duration.ofMinutes(1), Optional.empty()),
                    new FeedConfig(
                            Duration.ofMillis(300),
                            "similarity + click + like",
                            Map.of(),
                            3,
                            0,
                            0,
                            500,
                            64,
                            Duration.ofMillis(150),
                            List.of("spam", "suspended"),
                            Optional.empty()),
                    SafetyConfig.DEFAULT,
                    LogsConfig.DEFAULT,
                    LoopConfig.DEFAULT,
                    NotificationConfig.DEFAULT);

    /// Where the gateway listens and how much it takes.
    public record Gateway(
            @Key("The address to listen on; without keys it must be loopback.") String host,
            @Key(value = "The port to listen on; 0 for a free one.", min = 0, max = 65_535)
                    int port,
            @Key(
                            "The file of keys that ./mobula keys add makes; null lets everybody on this machine in.")
                    Optional<Path> keys,
            @Key("The certificate to serve HTTPS with; null for plain HTTP.") Optional<Tls> tls,
            @Key(value = "The largest body of a request, in bytes.", min = 1_024, max = 64 << 20)
                    int bodyBytesMax,
            @Key(
                            value =
                                    "Requests that may be in work at once; more are answered \"overloaded\".",
                            min = 1,
                            max = 1 << 20)
                    int requestsMax,
            @Key(value = "Connections that may be open at once.", min = 1, max = 1 << 20)
                    int connectionsMax) {
        public Gateway withPort(int other) {
            return new Gateway(host, other, keys, tls, bodyBytesMax, requestsMax, connectionsMax);
        }

        /// The same as the gateway takes it.
        public GatewayOptions options() {
            return new GatewayOptions(
                    host,
                    port,
                    keys.map(KeyFile::new),
                    tls.map(files -> new TlsFiles(files.keyStore(), files.passwordFile())),
                    bodyBytesMax,
                    requestsMax,
                    connectionsMax);
        }
    }

    /// A certificate.
    public record Tls(
            @Key("A PKCS #12 store with the private key and its chain.") Path keyStore,
            @Key("A file with the store's password.") Path passwordFile) {}

    /// What items look like and over how many shards they are hashed.
    public record Items(
            @Key(
                            value = "Services that the items are hashed over; see also bench ann.",
                            min = 1,
                            max = 256)
                    int shards,
            @Key(value = "How many numbers an embedding has.", min = 1, max = 4_096) int dimension,
            @Key("How near two embeddings are: whichever the encoder was made for.") Metric metric,
            @Key(
                            "Attributes that filters may ask for, each {name, kind: number | text | flags, words}; texts of up"
                                    + " to 8 bytes, flags one bit for each word. The columns id, author and created are"
                                    + " there besides.")
                    List<Indexed> attributes,
            @Key("Text attributes whose words are searched.") List<String> texts) {
        public Items {
            attributes = List.copyOf(attributes);
            texts = List.copyOf(texts);
        }

        ItemShardSettings settings() {
            return new ItemShardSettings(
                    dimension, metric, attributes.stream().map(Indexed::attribute).toList(), texts);
        }
    }

    /// One attribute that filters may ask for.
    public record Indexed(
            @Key("Its name.") String name,
            @Key("How its value becomes a number.") IndexedAttribute.Kind kind,
            @Key("The words of flags, at most 64; none for the other kinds.") List<String> words) {
        public Indexed {
            words = List.copyOf(words);
        }

        /// The same as the shards take it.
        public IndexedAttribute attribute() {
            return new IndexedAttribute(name, kind, words);
        }
    }

    /// Over how many shards users are hashed, what they can do, and how much of it is kept.
    public record Users(
            @Key(value = "Services that the users are hashed over.", min = 1, max = 256) int shards,
            @Key(
                            "The kinds of events, each {name, weight, marksSeen}: a weight above 0 speaks for an item, below 0"
                                    + " against it, and 0 is neutral.")
                    List<Kind> kinds,
            @Key(value = "Newest events of a user that are kept at hand.", min = 1, max = 10_000)
                    int historyMax,
            @Key(
                            value = "How long an item that was seen is not shown again.",
                            min = 1_000,
                            max = 3_660L * 86_400_000)
                    Duration seenWindow,
            @Key(
                            value = "How long a cursor works after its last page.",
                            min = 1_000,
                            max = 3_660L * 86_400_000)
                    Duration session,
            @Key(
                            value = "How old an event may be; the ids of younger ones are kept.",
                            min = 1_000,
                            max = 3_660L * 86_400_000)
                    Duration eventAge) {
        public Users {
            kinds = List.copyOf(kinds);
        }

        static Users of(int shards) {
            UserLimits usual = UserLimits.DEFAULT;
            return new Users(
                    shards,
                    EventKinds.standard().all().stream().map(Kind::of).toList(),
                    usual.historyMax(),
                    Duration.ofMillis(usual.seenWindowMillis()),
                    Duration.ofMillis(usual.sessionMillis()),
                    Duration.ofMillis(usual.eventAgeMaxMillis()));
        }

        public Users withShards(int count) {
            return new Users(count, kinds, historyMax, seenWindow, session, eventAge);
        }

        public Users withSeenWindow(Duration window) {
            return new Users(shards, kinds, historyMax, window, session, eventAge);
        }

        /// The same as the shards take it.
        UserShardSettings settings() {
            UserLimits usual = UserLimits.DEFAULT;
            return new UserShardSettings(
                    new EventKinds(kinds.stream().map(Kind::kind).toList()),
                    new UserLimits(
                            historyMax,
                            seenWindow.toMillis(),
                            usual.seenPerUserMax(),
                            usual.sessionsPerUserMax(),
                            usual.sessionItemsMax(),
                            session.toMillis(),
                            eventAge.toMillis(),
                            usual.eventAheadMaxMillis(),
                            usual.idBytesMax(),
                            usual.unreadChangesMax(),
                            usual.eventsPerCallMax(),
                            usual.labelsPerUserMax(),
                            usual.preferenceEntriesMax()));
        }
    }

    /// One kind of event.
    public record Kind(
            @Key("Its name, as events carry it.") String name,
            @Key(value = "How much it speaks for an item.", min = -100, max = 100) float weight,
            @Key("Whether an item counts as seen by it.") boolean marksSeen) {
        static Kind of(EventKind kind) {
            return new Kind(kind.name(), kind.weight(), kind.marksSeen());
        }

        EventKind kind() {
            return new EventKind(name, weight, marksSeen);
        }
    }

    /// How candidates are found.
    public record Candidates(
            @Key(value = "Copies of the service that finds candidates.", min = 1, max = 64)
                    int replicas,
            @Key(
                            value = "After how long what trends counts half.",
                            min = 1_000,
                            max = 365L * 86_400_000)
                    Duration trendHalfLife,
            @Key(value = "For how long an item is fresh.", min = 1_000, max = 365L * 86_400_000)
                    Duration fresh,
            @Key(
                            value = "How often a fresh item is shown to find out who likes it.",
                            min = 1,
                            max = 1_000_000)
                    int freshExposures,
            @Key(
                            value = "How often models over histories are made anew.",
                            min = 1_000,
                            max = 86_400_000)
                    Duration rebuild) {}

    /// Refuses what no single key shows: keys and certificates that do not go together, files that are not there or say
    /// something else.
    public void requireUsable() {
        SettingsCheck.require(this);
    }

    public EngineSettings withPort(int port) {
        return withGateway(gateway.withPort(port));
    }

    private EngineSettings withGateway(Gateway other) {
        return new EngineSettings(
                state,
                nodes,
                other,
                items,
                users,
                candidates,
                rankers,
                feed,
                safety,
                logs,
                loop,
                notifications);
    }

    public EngineSettings withState(Path folder) {
        return new EngineSettings(
                folder,
                nodes,
                gateway,
                items,
                users,
                candidates,
                rankers,
                feed,
                safety,
                logs,
                loop,
                notifications);
    }

    public EngineSettings withItems(Items other) {
        return new EngineSettings(
                state,
                nodes,
                gateway,
                other,
                users,
                candidates,
                rankers,
                feed,
                safety,
                logs,
                loop,
                notifications);
    }

    public EngineSettings withUsers(Users other) {
        return new EngineSettings(
                state,
                nodes,
                gateway,
                items,
                other,
                candidates,
                rankers,
                feed,
                safety,
                logs,
                loop,
                notifications);
    }

    public EngineSettings withFeed(FeedConfig other) {
        return new EngineSettings(
                state,
                nodes,
                gateway,
                items,
                users,
                candidates,
                rankers,
                other,
                safety,
                logs,
                loop,
                notifications);
    }

    public EngineSettings withSafety(SafetyConfig other) {
        return new EngineSettings(
                state,
                nodes,
                gateway,
                items,
                users,
                candidates,
                rankers,
                feed,
                other,
                logs,
                loop,
                notifications);
    }

    public EngineSettings withLoop(LoopConfig other) {
        return new EngineSettings(
                state,
                nodes,
                gateway,
                items,
                users,
                candidates,
                rankers,
                feed,
                safety,
                logs,
                other,
                notifications);
    }
}
