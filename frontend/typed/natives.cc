#include "frontend/typed/natives.h"

#include <cstddef>

#include "interp/bytecode/builtin_names.h"

namespace foxvm::frontend {

namespace {

struct Alias {
  absl::string_view name;
  absl::string_view builtin;
};

// Names of dialect B whose functions dialect A has under other names.
constexpr Alias kAliases[] = {
    {"native_print", "cetak"},
    {"native_print_int", "cetak"},
    {"Length", "panjang"},
    {"join", "gabung"},
    {"Itoa", "text_of"},
    {"Ftoa", "text_of"},
    {"open_handle", "buka_file"},
    {"close_handle", "tutup_file"},
    {"read_handle", "baca"},
    {"write_handle", "tulis"},
    {"failed", "adalah_galat"},
    {"failed_any", "adalah_galat"},
    {"failed_text", "adalah_galat"},
    {"Sin", "sin"},
    {"Cos", "cos"},
    {"Sqrt", "sqrt"},
    {"Now", "clock_ms"},
    {"Sleep", "tidur"},
};

}  // namespace

uint32_t FindNative(absl::string_view name) {
  for (const Alias& alias : kAliases) {
    if (alias.name == name) name = alias.builtin;
  }
  for (size_t index = 0; index < bytecode::kAllBuiltinCount; ++index) {
    if (bytecode::BuiltinName(index) == name) return static_cast<uint32_t>(index);
  }
  return UINT32_MAX;
}

bool NativeMayFail(uint32_t builtin) {
  // The standard modules ask themselves whether a file was there, and whether a handle is one.
  const absl::string_view name = bytecode::BuiltinName(builtin);
  return name != "buka_file" && name != "tutup_file" && name != "baca" && name != "tulis" &&
         name != "adalah_galat";
}

}  // namespace foxvm::frontend
