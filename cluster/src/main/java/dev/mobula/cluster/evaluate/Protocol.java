package dev.mobula.cluster.evaluate;

/// How data is split and judged.
enum Protocol {
    /// As the data came.
    GIVEN(20),
    /// By a hash of each pair, the same in any program.
    PORTABLE(20),
    /// A random share of every item's events, several times.
    STRATIFIED(10),
    /// Friendships taken out of a graph.
    LINKS(20);

    private final int kUsual;

    Protocol(int kUsual) {
        this.kUsual = kUsual;
    }

    /// How much of a ranking is judged when nobody says.
    int kUsual() {
        return kUsual;
    }
}
