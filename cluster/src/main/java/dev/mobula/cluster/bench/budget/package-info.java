/// Budgets of notifications, measured: a decision, the ledger in memory and on disk, the price solver.
///
/// Open [dev.mobula.cluster.bench.budget.BudgetBench] first.
@NullMarked
package dev.mobula.cluster.bench.budget;

import org.jspecify.annotations.NullMarked;
