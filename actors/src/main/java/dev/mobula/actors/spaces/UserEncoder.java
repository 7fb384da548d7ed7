package dev.mobula.actors.spaces;

import dev.mobula.ranking.model.Tensor;
import dev.mobula.ranking.model.Weights;
import dev.mobula.training.TrainingException;
import dev.mobula.training.encoder.EncoderFolder;
import dev.mobula.training.factor.PersonEncoder;
import dev.mobula.training.sequence.NextItemModel;
import dev.mobula.training.towers.TwoTowerModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Supplier;
import java.util.stream.LongStream;

/// Makes the vectors that a space is searched with, of users by what they had; shared by any number of threads.
///
/// Two towers and sequence models read a user's items, whoever the user is; a factorisation knows the people that it was
/// made of, and no others.
public final class UserEncoder {
    private static final String TOWERS = "two-tower";
    private static final String SEQUENCE = "sequence";
    private static final String FACTORS = "factorisation";
    private static final String PEOPLE = "vectors.people";

    private final Map<Long, Integer> places;
    private final int dimension;
    private final Supplier<PersonEncoder> encoders;
    private final ConcurrentLinkedQueue<PersonEncoder> idle = new ConcurrentLinkedQueue<>();
    private final Map<Long, float[]> people;

    private UserEncoder(
            Map<Long, Integer> places,
            int dimension,
            Supplier<PersonEncoder> encoders,
            Map<Long, float[]> people) {
        this.places = places;
        this.dimension = dimension;
        this.encoders = encoders;
        this.people = people;
    }

    /// Reads the encoder in a folder, or refuses one of another kind or with ids that are no numbers.
    public static UserEncoder load(Path folder) throws IOException {
        EncoderFolder encoder = new EncoderFolder(folder);
        String kind = encoder.kind();
        return switch (kind) {
            case TOWERS -> {
                TwoTowerModel.Shape shape = encoder.shape(TOWERS, TwoTowerModel.Shape.class);
                TwoTowerModel model = TwoTowerModel.of(shape, encoder.weights());
                yield ofHistory(encoder, shape.dimension(), model::encoder);
            }
            case SEQUENCE -> {
                NextItemModel.Shape shape = encoder.shape(SEQUENCE, NextItemModel.Shape.class);
                NextItemModel model = NextItemModel.of(shape, encoder.weights());
                yield ofHistory(encoder, shape.width(), model::encoder);
            }
            case FACTORS -> ofPeople(encoder);
            default ->
                    throw TrainingException.invalid(
                            "encoder.kind",
                            kind,
                            "must be " + List.of(TOWERS, SEQUENCE, FACTORS) + " in " + folder);
        };
    }

    private static UserEncoder ofHistory(
            EncoderFolder folder, int dimension, Supplier<PersonEncoder> encoders)
            throws IOException {
        return new UserEncoder(placesOf("items", folder.items()), dimension, encoders, Map.of());
    }

    private static UserEncoder ofPeople(EncoderFolder folder) throws IOException {
        Weights weights = folder.weights();
        Map<Long, Integer> places = placesOf("people", folder.people());
        Tensor given = weights.tensors().get(PEOPLE);
        int width = given == null ? 1 : given.shape().getLast();
        float[] all = weights.require(PEOPLE, List.of(places.size(), width));
        Map<Long, float[]> people = new HashMap<>();
        places.forEach(
                (person, at) -> {
                    float[] vector = new float[width];
                    System.arraycopy(all, at * width, vector, 0, width);
                    people.put(person, vector);
                });
        PersonEncoder nobody = (history, vector) -> {};
        return new UserEncoder(Map.of(), width, () -> nobody, people);
    }

    /// The numbers that ids of items or people stand for, with their places.
    public static Map<Long, Integer> placesOf(String what, List<String> ids) {
        Map<Long, Integer> places = new HashMap<>();
        for (int place = 0; place < ids.size(); place++) {
            String id = ids.get(place);
            try {
                if (places.put(Long.parseLong(id), place) != null) {
                    throw TrainingException.invalid("encoder." + what, id, "is there twice");
                }
            } catch (NumberFormatException none) {
                throw TrainingException.invalid(
                        "encoder." + what, '"' + id + '"', "must be a whole number");
            }
        }
        return places;
    }

    public int dimension() {
        return dimension;
    }

    /// The vector of a user who had these items, oldest first; empty for somebody of whom the encoder can tell nothing.
    public Optional<float[]> vectorOf(long user, long[] oldestFirst) {
        float[] known = people.get(user);
        if (known != null) {
            return Optional.of(known.clone());
        }
        int[] history =
                LongStream.of(oldestFirst)
                        .filter(places::containsKey)
                        .mapToInt(item -> places.getOrDefault(item, 0))
                        .toArray();
        return history.length == 0 ? Optional.empty() : Optional.of(encode(history));
    }

    private float[] encode(int[] history) {
        PersonEncoder lent = idle.poll();
        PersonEncoder encoder = lent == null ? encoders.get() : lent;
        float[] vector = new float[dimension];
        encoder.encode(history, vector);
        idle.add(encoder);
        return vector;
    }
}
