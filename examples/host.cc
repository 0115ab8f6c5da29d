// A C++ host: gives a program one function, runs it, and calls a function of the program's.
#include <cstdio>

#include "vm/file_module_source.h"
#include "vm/vm.h"

using foxvm::vm::Value;

int main() {
  constexpr absl::string_view kSource =
      "cetak(\"halo dari Morph\")\n"
      "fungsi jumlah_kuadrat(a, b) kembalikan kuadrat(a) + kuadrat(b) akhir\n";
  foxvm::builtins::FdHostIo io(0, 1, nullptr);
  foxvm::vm::FileModuleSource imports(foxvm::vm::ModuleSearch::kEverywhere, {});
  foxvm::vm::VmOptions options;
  options.heap.max_bytes = size_t{64} << 20;
  auto vm = foxvm::vm::Vm::Create(options, io);
  if (!vm.ok()) return 1;
  // kuadrat(n): the square of an integer.
  absl::Status status =
      (*vm)->RegisterFunction("kuadrat", [](absl::Span<const Value> args) -> absl::StatusOr<Value> {
        if (args.size() != 1) return absl::InvalidArgumentError("kuadrat wants an integer");
        absl::StatusOr<int64_t> n = args[0].AsInt();
        if (!n.ok()) return n.status();
        return Value::Int(*n * *n);
      });
  auto program = (*vm)->LoadSource("host.fox", kSource, imports);
  if (!status.ok() || !program.ok() || (*vm)->Run(**program).has_value()) return 1;
  absl::StatusOr<Value> sum = (*vm)->Call("jumlah_kuadrat", {Value::Int(3), Value::Int(4)});
  if (!sum.ok()) return 1;
  io.Flush();
  std::printf("3^2 + 4^2 = %lld\n", static_cast<long long>(*sum->AsInt()));
  return 0;
}
