// FunctionRecord: one translated code unit, and the sites its code names.
// How: records, sites and import states never move; closures, code words and call caches hold plain pointers to them.
// Threads: built by the loader, afterwards read-only except inline caches and import states, which belong to the VM's
//      thread.  Owns: code, maps and sites.  Not here: who owns records (interp/program.h).
#ifndef FOXVM_INTERP_CODE_FUNCTION_RECORD_H_
#define FOXVM_INTERP_CODE_FUNCTION_RECORD_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "gc/value.h"
#include "interp/bytecode/module.h"
#include "interp/code/instruction.h"
#include "stackmaps/stack_map_table.h"

namespace foxvm::objects {
struct Shape;
}  // namespace foxvm::objects

namespace foxvm::code {

struct FunctionRecord;

// A variable a new closure captures.
struct Capture {
  bool from_local;  // the cell in slot `index` of the creating frame, else its closure's capture `index`
  uint16_t index;
};

// One closure expression.
struct ClosureSite {
  FunctionRecord* function;
  std::vector<Capture> captures;
};

// One access by constant name, with its inline cache: struct instances of `shape` have the field at `field`.
struct FieldSite {
  gc::Value name;  // interned, pinned
  const objects::Shape* shape = nullptr;
  uint32_t field = 0;
};

// One call of a method, with its inline cache: structs of `shape` have the method in *closure.
struct MethodSite {
  gc::Value name;  // interned, pinned
  const objects::Shape* shape = nullptr;
  const gc::Value* closure = nullptr;  // owned by the shape
};

// One imported module of a program.
struct ImportState {
  FunctionRecord* init = nullptr;
  gc::Value value = gc::Value::Empty();  // Empty: not run yet; kosong while its body runs (a root)
  bool running = false;
};

struct FunctionRecord {
  const Word* code = nullptr;  // first word; where a call continues
  uint32_t params = 0;
  uint32_t frame_slots = 0;  // slots from the base on that this code may write
  uint32_t entry_weight = 0;  // safepoint weight of one entry, in bytecode instructions
  uint32_t captures = 0;

  std::vector<Word> words;
  std::vector<uint32_t> bytecode_offsets;  // by word: offset of the bytecode it comes from
  stackmaps::StackMapTable maps;           // by MapKey
  std::vector<std::unique_ptr<ClosureSite>> closure_sites;
  std::vector<std::unique_ptr<FieldSite>> field_sites;
  std::vector<std::unique_ptr<MethodSite>> method_sites;
  const bytecode::Function* source = nullptr;  // name, file index, lines; owned by the program
  const std::string* file = nullptr;           // source name for messages

  // 1-based line of the bytecode behind the word at `pc`, 0 if unknown.
  uint32_t LineAt(uint32_t pc) const;
};

// Keys of FunctionRecord::maps. A call instruction has two maps: while its operands are still the caller's, and while
// the callee runs and owns the arguments.
inline uint32_t MapKey(uint32_t pc, bool in_callee) { return pc * 2 + (in_callee ? 0 : 1); }

}  // namespace foxvm::code

#endif  // FOXVM_INTERP_CODE_FUNCTION_RECORD_H_
