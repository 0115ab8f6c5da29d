// The built-in functions, one declaration each. The comment atop each family's file says what they take and
// give. Threads: the VM's.  Collects: all of them may.
#ifndef FOXVM_INTERP_BUILTINS_FUNCTIONS_H_
#define FOXVM_INTERP_BUILTINS_FUNCTIONS_H_

#include "interp/builtins/builtin.h"

namespace foxvm::builtins {

// concurrency.cc
gc::Value SaluranBaru(BuiltinContext& ctx, gc::Value* args, uint32_t count);
gc::Value Kirim(BuiltinContext& ctx, gc::Value* args, uint32_t count);
gc::Value Terima(BuiltinContext& ctx, gc::Value* args, uint32_t count);
gc::Value Luncurkan(BuiltinContext& ctx, gc::Value* args, uint32_t count);
gc::Value Tunggu(BuiltinContext& ctx, gc::Value* args, uint32_t count);
gc::Value MutexBaru(BuiltinContext& ctx, gc::Value* args, uint32_t count);
gc::Value Gembok(BuiltinContext& ctx, gc::Value* args, uint32_t count);
gc::Value BukaGembok(BuiltinContext& ctx, gc::Value* args, uint32_t count);

// info.cc
gc::Value InfoMemori(BuiltinContext& ctx, gc::Value* args, uint32_t count);
gc::Value InfoCpu(BuiltinContext& ctx, gc::Value* args, uint32_t count);

// values.cc
gc::Value Kunci(BuiltinContext& ctx, gc::Value* args, uint32_t count);
gc::Value Cetak(BuiltinContext& ctx, gc::Value* args, uint32_t count);
gc::Value Tipe(BuiltinContext& ctx, gc::Value* args, uint32_t count);
gc::Value Galat(BuiltinContext& ctx, gc::Value* args, uint32_t count);
gc::Value AdalahGalat(BuiltinContext& ctx, gc::Value* args, uint32_t count);
gc::Value PesanGalat(BuiltinContext& ctx, gc::Value* args, uint32_t count);

// files.cc
gc::Value BacaFile(BuiltinContext& ctx, gc::Value* args, uint32_t count);
gc::Value TulisFile(BuiltinContext& ctx, gc::Value* args, uint32_t count);
gc::Value BukaFile(BuiltinContext& ctx, gc::Value* args, uint32_t count);
gc::Value TutupFile(BuiltinContext& ctx, gc::Value* args, uint32_t count);
gc::Value Baca(BuiltinContext& ctx, gc::Value* args, uint32_t count);
gc::Value Tulis(BuiltinContext& ctx, gc::Value* args, uint32_t count);
gc::Value Input(BuiltinContext& ctx, gc::Value* args, uint32_t count);

// text.cc
gc::Value Panjang(BuiltinContext& ctx, gc::Value* args, uint32_t count);
gc::Value HurufBesar(BuiltinContext& ctx, gc::Value* args, uint32_t count);
gc::Value HurufKecil(BuiltinContext& ctx, gc::Value* args, uint32_t count);
gc::Value Pisah(BuiltinContext& ctx, gc::Value* args, uint32_t count);
gc::Value Gabung(BuiltinContext& ctx, gc::Value* args, uint32_t count);
gc::Value Chr(BuiltinContext& ctx, gc::Value* args, uint32_t count);
gc::Value Ord(BuiltinContext& ctx, gc::Value* args, uint32_t count);

// numbers.cc
gc::Value Abs(BuiltinContext& ctx, gc::Value* args, uint32_t count);
gc::Value Max(BuiltinContext& ctx, gc::Value* args, uint32_t count);
gc::Value Min(BuiltinContext& ctx, gc::Value* args, uint32_t count);
gc::Value Pow(BuiltinContext& ctx, gc::Value* args, uint32_t count);
gc::Value Sqrt(BuiltinContext& ctx, gc::Value* args, uint32_t count);
gc::Value Sin(BuiltinContext& ctx, gc::Value* args, uint32_t count);
gc::Value Cos(BuiltinContext& ctx, gc::Value* args, uint32_t count);
gc::Value Tan(BuiltinContext& ctx, gc::Value* args, uint32_t count);
gc::Value Asin(BuiltinContext& ctx, gc::Value* args, uint32_t count);
gc::Value Acos(BuiltinContext& ctx, gc::Value* args, uint32_t count);
gc::Value Atan(BuiltinContext& ctx, gc::Value* args, uint32_t count);
gc::Value Pi(BuiltinContext& ctx, gc::Value* args, uint32_t count);

// time.cc
gc::Value WaktuSekarang(BuiltinContext& ctx, gc::Value* args, uint32_t count);
gc::Value WaktuUnix(BuiltinContext& ctx, gc::Value* args, uint32_t count);
gc::Value Tidur(BuiltinContext& ctx, gc::Value* args, uint32_t count);
gc::Value FormatWaktu(BuiltinContext& ctx, gc::Value* args, uint32_t count);

// signals.cc
gc::Value Potret(BuiltinContext& ctx, gc::Value* args, uint32_t count);
gc::Value Pulih(BuiltinContext& ctx, gc::Value* args, uint32_t count);
gc::Value Simpan(BuiltinContext& ctx, gc::Value* args, uint32_t count);

// atoms.cc
gc::Value AtomBaru(BuiltinContext& ctx, gc::Value* args, uint32_t count);
gc::Value AtomBaca(BuiltinContext& ctx, gc::Value* args, uint32_t count);
gc::Value AtomTulis(BuiltinContext& ctx, gc::Value* args, uint32_t count);
gc::Value AtomTukar(BuiltinContext& ctx, gc::Value* args, uint32_t count);

// memory.cc
gc::Value Alokasi(BuiltinContext& ctx, gc::Value* args, uint32_t count);
gc::Value TulisMem(BuiltinContext& ctx, gc::Value* args, uint32_t count);
gc::Value BacaMem(BuiltinContext& ctx, gc::Value* args, uint32_t count);
gc::Value Alamat(BuiltinContext& ctx, gc::Value* args, uint32_t count);
gc::Value PtrDari(BuiltinContext& ctx, gc::Value* args, uint32_t count);
gc::Value BacaByte(BuiltinContext& ctx, gc::Value* args, uint32_t count);
gc::Value TulisByte(BuiltinContext& ctx, gc::Value* args, uint32_t count);

// typed_text.cc
gc::Value TypedSubstring(BuiltinContext& ctx, gc::Value* args, uint32_t count);
gc::Value TypedIndex(BuiltinContext& ctx, gc::Value* args, uint32_t count);
gc::Value TypedTrim(BuiltinContext& ctx, gc::Value* args, uint32_t count);
gc::Value TypedSplit(BuiltinContext& ctx, gc::Value* args, uint32_t count);
gc::Value ParseInt(BuiltinContext& ctx, gc::Value* args, uint32_t count);

// typed.cc
gc::Value MapSize(BuiltinContext& ctx, gc::Value* args, uint32_t count);
gc::Value MapDelete(BuiltinContext& ctx, gc::Value* args, uint32_t count);
gc::Value ToFloat(BuiltinContext& ctx, gc::Value* args, uint32_t count);
gc::Value ToInt(BuiltinContext& ctx, gc::Value* args, uint32_t count);
gc::Value AssertStruct(BuiltinContext& ctx, gc::Value* args, uint32_t count);
gc::Value WriteOut(BuiltinContext& ctx, gc::Value* args, uint32_t count);
gc::Value ReadIn(BuiltinContext& ctx, gc::Value* args, uint32_t count);
gc::Value ClockMs(BuiltinContext& ctx, gc::Value* args, uint32_t count);
gc::Value TextOf(BuiltinContext& ctx, gc::Value* args, uint32_t count);

}  // namespace foxvm::builtins

#endif  // FOXVM_INTERP_BUILTINS_FUNCTIONS_H_
