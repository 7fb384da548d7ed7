package dev.mobula.training.world;

/// A language that items are written in and users read.
public enum Language {
    ENGLISH("en"),
    GERMAN("de"),
    SPANISH("es");

    private final String code;

    Language(String code) {
        this.code = code;
    }

    /// Its two letters.
    public String code() {
        return code;
    }
}
