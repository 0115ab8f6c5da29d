// The names of the built-in functions; the position is the operand of GetBuiltin.
// How: one array that the frontend resolves names with and the interpreter registers its functions by, so
//      that the two cannot disagree. The order is the reference's and part of the bytecode: append only.
//      Programs of the untyped dialect cannot name the typed ones: those are numbered behind them, apart.
// Threads: constant data.
#ifndef FOXVM_INTERP_BYTECODE_BUILTIN_NAMES_H_
#define FOXVM_INTERP_BYTECODE_BUILTIN_NAMES_H_

#include <array>
#include <cstddef>

#include "absl/strings/string_view.h"

namespace foxvm::bytecode {

inline constexpr size_t kBuiltinCount = 60;

inline constexpr std::array<absl::string_view, kBuiltinCount> kBuiltinNames = {
    "saluran_baru",
    "kirim",
    "terima",
    "luncurkan",
    "tunggu",
    "mutex_baru",
    "gembok",
    "buka_gembok",
    "info_memori",
    "info_cpu",
    "panjang",
    "kunci",
    "cetak",
    "tipe",
    "galat",
    "adalah_galat",
    "pesan_galat",
    "baca_file",
    "tulis_file",
    "buka_file",
    "tutup_file",
    "baca",
    "tulis",
    "input",
    "huruf_besar",
    "huruf_kecil",
    "pisah",
    "gabung",
    "abs",
    "max",
    "min",
    "pow",
    "sqrt",
    "sin",
    "cos",
    "tan",
    "asin",
    "acos",
    "atan",
    "pi",
    "waktu_sekarang",
    "waktu_unix",
    "tidur",
    "format_waktu",
    "potret",
    "pulih",
    "simpan",
    "atom_baru",
    "atom_baca",
    "atom_tulis",
    "atom_tukar",
    "alokasi",
    "tulis_mem",
    "baca_mem",
    "alamat",
    "ptr_dari",
    "chr",
    "ord",
    "baca_byte",
    "tulis_byte",
};
static_assert(!kBuiltinNames.back().empty(), "every index has a name");

// The built-in functions of the typed extension: numbers from kBuiltinCount on. Append only, too.
inline constexpr size_t kTypedBuiltinCount = 14;

inline constexpr std::array<absl::string_view, kTypedBuiltinCount> kTypedBuiltinNames = {
    "map_size", "map_delete", "substring",     "index",     "trim",    "split",    "parse_int",
    "to_float", "to_int",     "assert_struct", "write_out", "read_in", "clock_ms",
    "text_of",
};
static_assert(!kTypedBuiltinNames.back().empty(), "every index has a name");

inline constexpr size_t kAllBuiltinCount = kBuiltinCount + kTypedBuiltinCount;

// Requires index < kAllBuiltinCount.
constexpr absl::string_view BuiltinName(size_t index) {
  return index < kBuiltinCount ? kBuiltinNames[index] : kTypedBuiltinNames[index - kBuiltinCount];
}

// The built-in functions that the compiler and the translator know.
inline constexpr size_t kLengthBuiltin = 10;
static_assert(kBuiltinNames[kLengthBuiltin] == "panjang");
inline constexpr size_t kPrintBuiltin = 12;
static_assert(kBuiltinNames[kPrintBuiltin] == "cetak");

}  // namespace foxvm::bytecode

#endif  // FOXVM_INTERP_BYTECODE_BUILTIN_NAMES_H_
