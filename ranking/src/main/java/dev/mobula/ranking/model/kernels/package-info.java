/// Arithmetic of the packed models: the only code of this module that uses the Vector API, with its scalar twin.
///
/// Both give the same bits: every output is one chain of fused multiply-adds in a fixed order, and exponentials are
/// polynomials of our own. So a score depends neither on its batch nor on the width of the machine's vectors.
/// Open [dev.mobula.ranking.model.kernels.Kernels] first.
@NullMarked
package dev.mobula.ranking.model.kernels;

import org.jspecify.annotations.NullMarked;
