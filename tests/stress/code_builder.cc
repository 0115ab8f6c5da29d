#include "tests/stress/code_builder.h"

namespace foxvm::stress {
namespace {

using bytecode::Constant;
using bytecode::ConstantKind;

Constant MakeConstant(ConstantKind kind) {
  Constant constant;
  constant.kind = kind;
  return constant;
}

}  // namespace

bytecode::Module EmptyModule() {
  bytecode::Module module;
  module.features = bytecode::kFeatureWideOperands;
  module.files = {"hostile.fox"};
  module.constants.push_back(MakeConstant(ConstantKind::kNull));
  module.constants.push_back(MakeConstant(ConstantKind::kBool));
  module.constants.back().boolean = false;
  module.constants.push_back(MakeConstant(ConstantKind::kInt));
  module.constants.back().integer = 1;
  module.constants.push_back(MakeConstant(ConstantKind::kFloat));
  module.constants.back().number = 2.5;
  return module;
}

bytecode::Module MainModule(CodeBuilder code) {
  bytecode::Module module = EmptyModule();
  module.main.code = code.Take();
  return module;
}

bytecode::Module FunctionModule(CodeBuilder code, uint32_t locals) {
  bytecode::Module module = EmptyModule();
  bytecode::Function function;
  function.code = code.Take();
  function.locals = locals;
  module.functions.push_back(std::move(function));
  module.constants.push_back(MakeConstant(ConstantKind::kFunction));
  module.constants.back().index = 0;
  CodeBuilder main;
  main.EmitClosure(4, 0);
  main.Emit(CodeBuilder::Opcode::kCall, 0);
  main.Emit(CodeBuilder::Opcode::kPop);
  module.main.code = main.Take();
  return module;
}

}  // namespace foxvm::stress
