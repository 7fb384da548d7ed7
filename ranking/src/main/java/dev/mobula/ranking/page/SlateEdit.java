package dev.mobula.ranking.page;

/// One rule of a page: a pure function from slate to slate that loses nobody and shows nobody twice.
@FunctionalInterface
public interface SlateEdit {
    Slate apply(Slate slate);
}
