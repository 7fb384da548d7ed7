/// What one training step computes: from parameters, gathered embedding rows and a batch to a loss and its gradients.
///
/// Open [dev.mobula.training.program.Program] first, then [dev.mobula.training.program.ScriptProgram], which runs a
/// model written in a few lines of TorchScript.
@NullMarked
package dev.mobula.training.program;

import org.jspecify.annotations.NullMarked;
