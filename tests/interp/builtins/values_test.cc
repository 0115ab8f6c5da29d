#include <string>

#include "interp/objects/native_objects.h"
#include "tests/interp/builtins/builtin_fixture.h"

namespace foxvm::builtins {
namespace {

using ValuesTest = BuiltinTest;

TEST_F(ValuesTest, CetakWritesOneLinePerArgument) {
  EXPECT_EQ(
      Text("cetak", {Int(1), String("dua"), Float(2.5), Bool(true), Null(), Array({Int(1), String("x")})}),
      "kosong");
  EXPECT_EQ(io_.output, "1\ndua\n2.5\nbenar\nkosong\n[1, x]\n");
}

TEST_F(ValuesTest, CetakWithoutArgumentsWritesNothing) {
  EXPECT_EQ(Text("cetak"), "kosong");
  EXPECT_EQ(io_.output, "");
}

TEST_F(ValuesTest, CetakOfAnErrorEndsInAnEmptyLine) {
  Call("cetak", {Call("galat", {String("rusak")}), Call("abs")});
  EXPECT_EQ(
      io_.output,
      "Error di [:0:0]:\n  rusak\n\nError [E008] di [:0:0]:\n  argument mismatch: expected 1, got 0\n\n");
}

TEST_F(ValuesTest, CetakWritesLongConcatenations) {
  std::string left(500, 'l'), right(500, 'r');
  Call("cetak", {Rope(left, right)});
  EXPECT_EQ(io_.output, left + right + "\n");
}

TEST_F(ValuesTest, KunciListsKeysInOrder) {
  gc::Value* hash = Hash();
  for (int i = 20; i > 0; --i) ASSERT_TRUE(objects::HashSet(objects_, hash, Int(i), String("v")));
  ASSERT_TRUE(objects::HashSet(objects_, hash, String("nama"), Null()));
  EXPECT_EQ(Text("kunci", {hash}),
            "[20, 19, 18, 17, 16, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, nama]");
  EXPECT_EQ(Text("kunci", {Hash()}), "[]");
  EXPECT_EQ(Error("kunci", {Array({})}), "E003|argument to `kunci` must be HASH, got ARRAY");
}

TEST_F(ValuesTest, TipeNamesEveryType) {
  EXPECT_EQ(Text("tipe", {Int(1)}), "INTEGER");
  EXPECT_EQ(Text("tipe", {Int(int64_t{1} << 62)}), "INTEGER");
  EXPECT_EQ(Text("tipe", {Float(1)}), "FLOAT");
  EXPECT_EQ(Text("tipe", {Root(gc::Value::Builtin(3))}), "BUILTIN");
  EXPECT_EQ(Text("tipe", {Rope(std::string(300, 'a'), "b")}), "STRING");
  EXPECT_EQ(Text("tipe", {Call("waktu_sekarang")}), "TIME");
  EXPECT_EQ(Text("tipe", {Call("alokasi", {Int(8)})}), "POINTER");
  EXPECT_EQ(Text("tipe", {Call("atom_baru", {Int(8)})}), "ATOM");
  EXPECT_EQ(Text("tipe", {Call("tipe")}), "ERROR");
  EXPECT_EQ(Error("tipe"), "E008|argument mismatch: expected 1, got 0");
}

TEST_F(ValuesTest, ErrorsAreMadeTestedAndRead) {
  gc::Value* error = Call("galat", {String("rusak")});
  EXPECT_EQ(TextOf(error), "Error di [:0:0]:\n  rusak\n");
  EXPECT_EQ(Text("adalah_galat", {error}), "benar");
  EXPECT_EQ(Text("adalah_galat", {String("rusak")}), "salah");
  EXPECT_EQ(Text("pesan_galat", {error}), "rusak");
  EXPECT_EQ(Text("pesan_galat", {Call("pesan_galat", {Int(1)})}),
            "argument to `pesan_galat` must be ERROR, got INTEGER");
  EXPECT_EQ(Error("galat", {Int(5)}), "E003|argument to `galat` must be STRING, got INTEGER");
  EXPECT_EQ(Error("adalah_galat"), "E008|argument mismatch: expected 1, got 0");
  EXPECT_EQ(Error("panjang", {error}), "E003|argument to `panjang` not supported, got ERROR");
}

TEST_F(ValuesTest, SignalsAreErrorsWithoutCode) {
  EXPECT_EQ(Error("potret"), "|SIGNAL:SNAPSHOT");
  EXPECT_EQ(Error("potret", {Int(1), Int(2)}), "|SIGNAL:SNAPSHOT");
  EXPECT_EQ(Error("simpan", {Int(1)}), "|SIGNAL:COMMIT");
  EXPECT_EQ(Error("pulih"), "|SIGNAL:ROLLBACK:Manual Rollback");
  EXPECT_EQ(Error("pulih", {Int(5)}), "|SIGNAL:ROLLBACK:Manual Rollback");
  EXPECT_EQ(Error("pulih", {String("pesan"), Int(1)}), "|SIGNAL:ROLLBACK:pesan");
  EXPECT_EQ(Error("pulih", {String(std::string(1000, 'p'))}), "|SIGNAL:ROLLBACK:" + std::string(1000, 'p'));
}

TEST_F(ValuesTest, AtomsHoldAndReplaceValues) {
  gc::Value* atom = Call("atom_baru", {String("isi")});
  EXPECT_EQ(TextOf(atom), "atom[isi]");
  EXPECT_EQ(Text("atom_tulis", {atom, Array({Int(1)})}), "kosong");
  EXPECT_EQ(Text("atom_baca", {atom}), "[1]");
  heap_->CollectMajor();
  Call("atom_tulis", {atom, String("muda")});
  heap_->CollectMinor();
  EXPECT_EQ(Text("atom_baca", {atom}), "muda");
}

TEST_F(ValuesTest, AtomTukarComparesByValueAndContainersByIdentity) {
  gc::Value* atom = Call("atom_baru", {Int(1)});
  EXPECT_EQ(Text("atom_tukar", {atom, Int(1), String("dua")}), "benar");
  EXPECT_EQ(Text("atom_tukar", {atom, Int(1), Null()}), "salah");
  EXPECT_EQ(Text("atom_tukar", {atom, String("dua"), Float(1.5)}), "benar");
  EXPECT_EQ(Text("atom_tukar", {atom, Float(1.5), Rope(std::string(300, 'a'), std::string(300, 'b'))}),
            "benar");
  EXPECT_EQ(Text("atom_tukar", {atom, Rope(std::string(299, 'a'), "a" + std::string(300, 'b')), Int(1)}),
            "benar");
  EXPECT_EQ(Text("atom_tukar", {atom, Float(1), Null()}), "salah");
  gc::Value* box = Array({Int(1)});
  Call("atom_tulis", {atom, box});
  EXPECT_EQ(Text("atom_tukar", {atom, Array({Int(1)}), Null()}), "salah");
  EXPECT_EQ(Text("atom_tukar", {atom, box, Null()}), "benar");
  EXPECT_EQ(Text("atom_baca", {atom}), "kosong");
}

TEST_F(ValuesTest, AtomArgumentErrors) {
  EXPECT_EQ(Error("atom_baru"), "E008|argument mismatch: expected 1, got 0");
  EXPECT_EQ(Error("atom_baca", {Int(1)}), "E003|argument must be ATOM, got INTEGER");
  EXPECT_EQ(Error("atom_tulis", {Int(1)}), "E008|argument mismatch: expected 2, got 1");
  EXPECT_EQ(Error("atom_tulis", {Int(1), Int(2)}), "E003|first argument must be ATOM, got INTEGER");
  EXPECT_EQ(Error("atom_tukar", {Int(1), Int(2), Int(3)}), "E003|first argument must be ATOM, got INTEGER");
}

TEST_F(ValuesTest, InfoMemoriAndInfoCpu) {
  gc::Value* info = Call("info_memori", {Int(1)});
  ASSERT_EQ(Text("tipe", {info}), "HASH");
  EXPECT_EQ(Text("kunci", {info}), "[total, terpakai, bebas, persen]");
  int64_t values[4];
  for (size_t i = 0; i < 4; ++i) values[i] = objects::IntValue(objects::HashValueAt(*info, i));
  EXPECT_EQ(values[0], int64_t{256} << 20);
  EXPECT_GT(values[1], 0);
  EXPECT_EQ(values[0], values[1] + values[2]);
  EXPECT_GE(values[3], 0);
  EXPECT_LE(values[3], 100);
  EXPECT_EQ(Text("info_cpu"), "0");
  gc::Value* cpu = Call("info_cpu", {Int(1)});
  ASSERT_EQ(Text("tipe", {cpu}), "INTEGER");
  EXPECT_GE(objects::IntValue(*cpu), 0);
}

}  // namespace
}  // namespace foxvm::builtins
