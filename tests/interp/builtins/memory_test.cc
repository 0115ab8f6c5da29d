#include <limits>
#include <string>

#include "tests/interp/builtins/builtin_fixture.h"

namespace foxvm::builtins {
namespace {

class MemoryTest : public BuiltinTest {
 protected:
  gc::Value* Shifted(gc::Value* pointer, int64_t by) {
    return Call("ptr_dari", {Int(objects::IntValue(*Call("alamat", {pointer})) + by)});
  }
};

TEST_F(MemoryTest, StringsAndBytesAreWrittenAndRead) {
  gc::Value* p = Call("alokasi", {Int(32)});
  EXPECT_EQ(Text("tulis_mem", {p, String("Hello Morph")}), "kosong");
  EXPECT_EQ(Text("baca_mem", {p, Int(5)}), "Hello");
  EXPECT_EQ(Text("baca_byte", {p, Int(4)}), "111");
  EXPECT_EQ(Text("tulis_byte", {p, Int(0), Int(74)}), "kosong");
  Call("tulis_byte", {p, Int(1), Int(256 + 69)});
  Call("tulis_byte", {p, Int(2), Int(-191)});
  EXPECT_EQ(Text("baca_mem", {p, Int(3)}), "JEA");
  EXPECT_EQ(Text("baca_byte", {p, Int(2)}), "65");
  Call("tulis_mem", {p, Rope(std::string(300, 'a'), "b")});
  EXPECT_EQ(Text("baca_byte", {p, Int(0)}), "74");
}

TEST_F(MemoryTest, AddressesAreNumbersToComputeWith) {
  gc::Value* p = Call("alokasi", {Int(32)});
  Call("tulis_mem", {p, String("Hello Morph")});
  gc::Value* q = Shifted(p, 6);
  EXPECT_EQ(Text("baca_mem", {q, Int(5)}), "Morph");
  EXPECT_EQ(Text("baca_byte", {q, Int(-6)}), "72");
  EXPECT_EQ(Text("baca_mem", {Shifted(p, 32), Int(0)}), "");
  EXPECT_EQ(Text("ptr_dari", {Int(255)}), "ptr[0xff]");
  EXPECT_EQ(Text("ptr_dari", {Int(-1)}), "ptr[0xffffffffffffffff]");
  EXPECT_EQ(Text("alamat", {Call("ptr_dari", {Int(-1)})}), "-1");
}

TEST_F(MemoryTest, BlocksOutliveTheirPointers) {
  int64_t address = 0;
  {
    gc::HandleScope scope(heap_->mutator());
    gc::Value* p = Call("alokasi", {Int(100000)});
    Call("tulis_mem", {p, String("tetap")});
    address = objects::IntValue(*Call("alamat", {p}));
  }
  heap_->CollectMajor();
  EXPECT_EQ(Text("baca_mem", {Call("ptr_dari", {Int(address)}), Int(5)}), "tetap");
}

TEST_F(MemoryTest, WildAccessesAreErrors) {
  gc::Value* p = Call("alokasi", {Int(8)});
  const std::string outside = "segmentation fault: out of bounds";
  EXPECT_EQ(Error("baca_byte", {p, Int(8)}), "E005|baca_byte error: " + outside);
  EXPECT_EQ(Error("baca_byte", {p, Int(-1)}), "E005|baca_byte error: " + outside);
  EXPECT_EQ(Error("tulis_byte", {p, Int(8), Int(1)}), "E005|tulis_byte error: " + outside);
  EXPECT_EQ(Error("baca_mem", {p, Int(9)}), "E005|baca_mem error: " + outside);
  EXPECT_EQ(Error("baca_mem", {p, Int(-1)}), "E005|baca_mem error: " + outside);
  EXPECT_EQ(Error("baca_mem", {p, Int(std::numeric_limits<int64_t>::max())}),
            "E005|baca_mem error: " + outside);
  EXPECT_EQ(Error("tulis_mem", {p, String("123456789")}), "E005|tulis_mem error: " + outside);
  EXPECT_EQ(Error("baca_mem", {Call("ptr_dari", {Int(-1)}), Int(1)}), "E005|baca_mem error: " + outside);
}

TEST_F(MemoryTest, NilIsAnError) {
  gc::Value* nil = Call("ptr_dari", {Int(0)});
  const std::string text = " error: segmentation fault: nil pointer";
  EXPECT_EQ(Error("baca_mem", {nil, Int(1)}), "E005|baca_mem" + text);
  EXPECT_EQ(Error("tulis_mem", {nil, String("x")}), "E005|tulis_mem" + text);
  EXPECT_EQ(Error("baca_byte", {nil, Int(0)}), "E005|baca_byte" + text);
  EXPECT_EQ(Error("tulis_byte", {nil, Int(0), Int(1)}), "E005|tulis_byte" + text);
}

TEST_F(MemoryTest, SizesAreChecked) {
  EXPECT_EQ(Text("tipe", {Call("alokasi", {Int(16 << 20)})}), "POINTER");
  EXPECT_EQ(Error("alokasi", {Int(0)}), "E005|allocation failed: invalid allocation size: 0");
  EXPECT_EQ(Error("alokasi", {Int(-1)}), "E005|allocation failed: invalid allocation size: -1");
  EXPECT_EQ(Error("alokasi", {Int(std::numeric_limits<int64_t>::max())}),
            "E005|allocation failed: allocation size 9223372036854775807 exceeds tray limit 33554432");
  EXPECT_EQ(Text("tipe", {Call("alokasi", {Int(32 << 20)})}), "POINTER");
  EXPECT_EQ(Error("alokasi", {Int(32 << 20)}), "E005|allocation failed: virtual memory limit reached");
}

TEST_F(MemoryTest, ArgumentErrors) {
  gc::Value* p = Call("alokasi", {Int(8)});
  EXPECT_EQ(Error("alokasi", {String("8")}), "E003|argument to `alokasi` must be INTEGER, got STRING");
  EXPECT_EQ(Error("tulis_mem", {Int(1), Int(2)}),
            "E003|first argument to `tulis_mem` must be POINTER, got INTEGER");
  EXPECT_EQ(Error("tulis_mem", {p, Int(5)}),
            "E003|second argument to `tulis_mem` must be STRING, got INTEGER");
  EXPECT_EQ(Error("baca_mem", {p, String("1")}),
            "E003|second argument to `baca_mem` must be INTEGER, got STRING");
  EXPECT_EQ(Error("alamat", {Int(5)}), "E003|argument to `alamat` must be POINTER, got INTEGER");
  EXPECT_EQ(Error("ptr_dari", {String("x")}), "E003|argument to `ptr_dari` must be INTEGER, got STRING");
  EXPECT_EQ(Error("baca_byte", {p, String("0")}),
            "E003|second argument to `baca_byte` must be INTEGER, got STRING");
  EXPECT_EQ(Error("tulis_byte", {p, Int(0), String("0")}),
            "E003|third argument to `tulis_byte` must be INTEGER, got STRING");
  EXPECT_EQ(Error("tulis_byte"), "E008|argument mismatch: expected 3, got 0");
}

}  // namespace
}  // namespace foxvm::builtins
