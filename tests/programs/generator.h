// GenerateProgram: a random Morph program (dialect A) that compiles, ends, and prints everything it computes.
// How: expressions are made for a wanted kind of value and mostly get it, so that errors appear but do not
// drown the
//      rest. Every function that calls something first takes one unit of a global fuel; loops count.
//      Containers have a level above that of all they hold, and what `+` makes is cut when it is kept, so
//      nothing grows without bound. Text is made in the order in which the compiler takes it, because names
//      are defined in that order.
// Not here: what is undefined, slow, or differs from run to run: time, files, addresses, concurrency.
// Threads: pure function of the decisions.
#ifndef FOXVM_TESTS_PROGRAMS_GENERATOR_H_
#define FOXVM_TESTS_PROGRAMS_GENERATOR_H_

#include <string>

#include "tests/programs/decisions.h"

namespace foxvm::programs {

struct GeneratedProgram {
  std::string text;
  std::string module;  // text of the importable file `modul.fox`; "" when nothing imports it
};

GeneratedProgram GenerateProgram(Decisions& decisions);

}  // namespace foxvm::programs

#endif  // FOXVM_TESTS_PROGRAMS_GENERATOR_H_
