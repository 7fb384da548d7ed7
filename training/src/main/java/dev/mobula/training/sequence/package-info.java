/// What somebody will have next: models of ordered histories.
///
/// Every model is a [dev.mobula.retrieval.collaborative.HistoryModel] whose histories are ordered, oldest first;
/// [dev.mobula.training.evaluate.SequenceEvaluation] judges them. Open [Transitions] first, which
/// counts; [NextItemTask] learns.
@NullMarked
package dev.mobula.training.sequence;

import org.jspecify.annotations.NullMarked;
