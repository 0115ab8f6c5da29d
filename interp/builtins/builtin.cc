#include "interp/builtins/builtin.h"

#include <iterator>

#include "gc/check.h"
#include "interp/builtins/functions.h"
#include "interp/bytecode/builtin_names.h"

namespace foxvm::builtins {
namespace {

// In the order of bytecode::kBuiltinNames.
constexpr BuiltinFunction kFunctions[] = {
    SaluranBaru,   Kirim,      Terima,    Luncurkan,   Tunggu,    MutexBaru, Gembok, BukaGembok,
    InfoMemori,    InfoCpu,    Panjang,   Kunci,       Cetak,     Tipe,      Galat,  AdalahGalat,
    PesanGalat,    BacaFile,   TulisFile, BukaFile,    TutupFile, Baca,      Tulis,  Input,
    HurufBesar,    HurufKecil, Pisah,     Gabung,      Abs,       Max,       Min,    Pow,
    Sqrt,          Sin,        Cos,       Tan,         Asin,      Acos,      Atan,   Pi,
    WaktuSekarang, WaktuUnix,  Tidur,     FormatWaktu, Potret,    Pulih,     Simpan, AtomBaru,
    AtomBaca,      AtomTulis,  AtomTukar, Alokasi,     TulisMem,  BacaMem,   Alamat, PtrDari,
    Chr,           Ord,        BacaByte,  TulisByte,
    // Of kTypedBuiltinNames.
    MapSize,       MapDelete,  TypedSubstring, TypedIndex, TypedTrim, TypedSplit, ParseInt,
    ToFloat,       ToInt,      AssertStruct,   WriteOut,   ReadIn,    ClockMs,
    TextOf,
};
static_assert(std::size(kFunctions) == bytecode::kAllBuiltinCount);

}  // namespace

BuiltinFunction GetBuiltin(uint32_t index) {
  FOXVM_DCHECK(index < std::size(kFunctions));
  return kFunctions[index];
}

}  // namespace foxvm::builtins
