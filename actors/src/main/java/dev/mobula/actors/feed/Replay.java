package dev.mobula.actors.feed;

import java.util.List;

/// A logged page scored again, place by place.
public record Replay(String requestId, String model, String kernel, List<Place> places) {
    public Replay {
        places = List.copyOf(places);
    }

    /// One item's scores as they were logged and as they are now, head by head.
    public record Place(long item, List<Float> logged, List<Float> replayed) {
        public Place {
            logged = List.copyOf(logged);
            replayed = List.copyOf(replayed);
        }

        /// Whether every score has the same bits.
        public boolean same() {
            return logged.equals(replayed);
        }
    }

    /// Whether every score of the page has the same bits.
    public boolean same() {
        return places.stream().allMatch(Place::same);
    }
}
