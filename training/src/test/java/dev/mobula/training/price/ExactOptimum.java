package dev.mobula.training.price;

import com.google.ortools.Loader;
import com.google.ortools.linearsolver.MPConstraint;
import com.google.ortools.linearsolver.MPObjective;
import com.google.ortools.linearsolver.MPSolver;
import com.google.ortools.linearsolver.MPVariable;

/// The exact optimum of a problem, by OR-Tools' simplex.
///
/// @param seconds the solver's own time, without building the model
record ExactOptimum(double value, double[] prices, double seconds) {
    static ExactOptimum of(BudgetProblem problem) {
        Loader.loadNativeLibraries();
        MPSolver solver = MPSolver.createSolver("GLOP");
        double infinity = MPSolver.infinity();
        MPConstraint[] rows = new MPConstraint[problem.rows()];
        for (int r = 0; r < rows.length; r++) {
            rows[r] = solver.makeConstraint(-infinity, problem.budget()[r]);
        }
        MPObjective objective = solver.objective();
        objective.setMaximization();
        for (int person = 0; person < problem.people(); person++) {
            MPConstraint once = solver.makeConstraint(-infinity, 1);
            for (int o = problem.firstOption()[person];
                    o < problem.firstOption()[person + 1];
                    o++) {
                MPVariable share = solver.makeNumVar(0, infinity, "");
                objective.setCoefficient(share, problem.value()[o]);
                once.setCoefficient(share, 1);
                for (int use = problem.firstUse()[o]; use < problem.firstUse()[o + 1]; use++) {
                    rows[problem.row()[use]].setCoefficient(share, problem.amount()[use]);
                }
            }
        }
        long start = System.nanoTime();
        MPSolver.ResultStatus status = solver.solve();
        double seconds = (System.nanoTime() - start) / 1e9;
        if (status != MPSolver.ResultStatus.OPTIMAL) {
            throw new IllegalStateException("OR-Tools says " + status);
        }
        double[] prices = new double[rows.length];
        for (int r = 0; r < rows.length; r++) {
            prices[r] = Math.max(0, rows[r].dualValue());
        }
        return new ExactOptimum(objective.value(), prices, seconds);
    }
}
