#include <string>

#include "absl/strings/str_cat.h"
#include "interp/objects/closure.h"
#include "interp/objects/native_objects.h"
#include "tests/interp/builtins/builtin_fixture.h"

namespace foxvm::builtins {
namespace {

// Records what it is asked and answers with `answer`.
class FakeFibers : public FiberServices {
 public:
  explicit FakeFibers(objects::Context& ctx) : ctx_(ctx) {}

  gc::Value MakeChannel(int64_t capacity) override {
    log += absl::StrCat("channel ", capacity, ";");
    return objects::MakeRecord(ctx_, objects::kChannelType, 0);
  }
  gc::Value Send(gc::Value* channel, gc::Value* v) override {
    EXPECT_TRUE(objects::Is(*channel, objects::kChannelType));
    return Log("send", *v);
  }
  gc::Value Receive(gc::Value*) override { return Log("receive", gc::Value::Null()); }
  gc::Value Spawn(gc::Value* args, uint32_t count) override {
    EXPECT_TRUE(objects::Is(args[0], objects::kClosureType));
    log += absl::StrCat("spawn ", count, ";");
    return objects::MakeRecord(ctx_, objects::kThreadType, 0);
  }
  gc::Value Join(gc::Value*) override { return Log("join", gc::Value::Null()); }
  gc::Value MakeMutex() override { return objects::MakeRecord(ctx_, objects::kMutexType, 0); }
  gc::Value Lock(gc::Value*) override { return Log("lock", gc::Value::Null()); }
  bool Unlock(gc::Value*) override {
    log += "unlock;";
    return locked;
  }
  gc::Value Sleep(int64_t milliseconds) override { return Log("sleep", gc::Value::SmallInt(milliseconds)); }

  std::string log;
  gc::Value answer = gc::Value::SmallInt(7);
  bool locked = true;

 private:
  gc::Value Log(absl::string_view what, gc::Value v) {
    absl::StrAppend(&log, what, " ");
    EXPECT_TRUE(objects::AppendText(ctx_, v, &log));
    log += ";";
    return answer;
  }
  objects::Context& ctx_;
};

class ConcurrencyTest : public BuiltinTest {
 protected:
  ConcurrencyTest() : fibers_(objects_) { ctx_.fibers = &fibers_; }

  gc::Value* Record(objects::HeapType type) { return Root(objects::MakeRecord(objects_, type, 0)); }
  gc::Value* Closure() { return Root(objects::MakeClosure(objects_, nullptr, 0)); }

  FakeFibers fibers_;
};

TEST_F(ConcurrencyTest, CallsReachTheScheduler) {
  gc::Value* channel = Call("saluran_baru", {Int(3), String("ignored")});
  EXPECT_EQ(Text("tipe", {channel}), "CHANNEL");
  Call("saluran_baru");
  EXPECT_EQ(Text("kirim", {channel, String("x")}), "7");
  EXPECT_EQ(Text("terima", {channel}), "7");
  gc::Value* thread = Call("luncurkan", {Closure(), Int(1), Int(2)});
  EXPECT_EQ(Text("tunggu", {thread}), "7");
  EXPECT_EQ(Text("gabung", {thread}), "7");
  gc::Value* mutex = Call("mutex_baru", {Int(1), Int(2)});
  EXPECT_EQ(Text("gembok", {mutex}), "7");
  EXPECT_EQ(Text("buka_gembok", {mutex}), "kosong");
  EXPECT_EQ(Text("tidur", {Int(5)}), "7");
  EXPECT_EQ(fibers_.log,
            "channel 3;channel 0;send x;receive kosong;spawn 3;join kosong;join kosong;lock "
            "kosong;unlock;sleep 5;");
}

TEST_F(ConcurrencyTest, ASuspendedCallReturnsEmptyWithoutFailure) {
  fibers_.answer = gc::Value::Empty();
  EXPECT_TRUE(Call("terima", {Record(objects::kChannelType)})->IsEmpty());
  EXPECT_TRUE(Call("gabung", {Record(objects::kThreadType)})->IsEmpty());
  EXPECT_TRUE(Call("tidur", {Int(1)})->IsEmpty());
  EXPECT_EQ(objects_.fatal, objects::FatalKind::kNone);
}

TEST_F(ConcurrencyTest, MisuseIsAnError) {
  fibers_.locked = false;
  EXPECT_EQ(Error("buka_gembok", {Record(objects::kMutexType)}), "E005|mutex is not locked");
  EXPECT_EQ(Error("saluran_baru", {Int(-1)}), "E003|buffer size must be >= 0");
  EXPECT_EQ(Error("saluran_baru", {Float(1.5)}), "E003|buffer size must be INTEGER");
}

TEST_F(ConcurrencyTest, ArgumentErrors) {
  EXPECT_EQ(Error("kirim", {Int(1), Int(2)}), "E003|argument to `kirim` must be CHANNEL, got INTEGER");
  EXPECT_EQ(Error("kirim", {Record(objects::kChannelType)}), "E008|argument mismatch: expected 2, got 1");
  EXPECT_EQ(Error("terima", {String("c")}), "E003|argument to `terima` must be CHANNEL, got STRING");
  EXPECT_EQ(Error("luncurkan"), "E008|argument mismatch: expected 1, got 0");
  EXPECT_EQ(Error("luncurkan", {Root(gc::Value::Builtin(12))}),
            "E003|argument to `luncurkan` must be CLOSURE, got BUILTIN");
  EXPECT_EQ(Error("tunggu", {Int(5)}), "E003|argument to `tunggu` must be THREAD, got INTEGER");
  EXPECT_EQ(Error("gembok", {Int(1)}), "E003|argument to `gembok` must be MUTEX, got INTEGER");
  EXPECT_EQ(Error("buka_gembok", {String("m")}), "E003|argument to `buka_gembok` must be MUTEX, got STRING");
  EXPECT_EQ(fibers_.log, "");
}

TEST_F(ConcurrencyTest, WithoutASchedulerThereAreNoFibers) {
  ctx_.fibers = nullptr;
  EXPECT_EQ(Error("saluran_baru"), "E005|fibers are not available");
  EXPECT_EQ(Error("mutex_baru"), "E005|fibers are not available");
  EXPECT_EQ(Error("luncurkan", {Closure()}), "E005|fibers are not available");
  EXPECT_EQ(Error("terima", {Record(objects::kChannelType)}), "E005|fibers are not available");
}

// Each name leads to its function: what a built-in says of too many or odd arguments names it, or gives it
// away.
TEST_F(ConcurrencyTest, TheTableAgreesWithTheNames) {
  const absl::string_view any_arguments[] = {"saluran_baru", "mutex_baru", "info_memori", "info_cpu",
                                             "cetak",        "pi",         "potret",      "pulih",
                                             "simpan",       "luncurkan",  "waktu_unix",  "waktu_sekarang"};
  for (uint32_t i = 0; i < bytecode::kBuiltinCount; ++i) {
    std::string name(bytecode::kBuiltinNames[i]);
    bool any = false;
    for (absl::string_view other : any_arguments) any = any || name == other;
    std::string error = Error(name, {Null(), Null(), Null(), Null()});
    EXPECT_EQ(error.substr(0, 5) == "E009|", !any) << name << ": " << error;
  }
}

TEST_F(ConcurrencyTest, BuiltinsNameThemselvesInTypeErrors) {
  for (absl::string_view name :
       {"kirim", "terima",       "luncurkan",   "tunggu",     "gembok",    "buka_gembok", "panjang",  "kunci",
        "galat", "pesan_galat",  "baca_file",   "tulis_file", "buka_file", "tutup_file",  "baca",     "tulis",
        "input", "huruf_besar",  "huruf_kecil", "pisah",      "gabung",    "abs",         "max",      "min",
        "pow",   "sqrt",         "sin",         "cos",        "tan",       "asin",        "acos",     "atan",
        "tidur", "format_waktu", "alokasi",     "tulis_mem",  "baca_mem",  "alamat",      "ptr_dari", "chr",
        "ord",   "baca_byte",    "tulis_byte"}) {
    std::string errors =
        Error(name, {Null()}) + Error(name, {Null(), Null()}) + Error(name, {Null(), Null(), Null()});
    EXPECT_NE(errors.find("argument to `" + std::string(name) + "`"), std::string::npos)
        << name << ": " << errors;
  }
}

}  // namespace
}  // namespace foxvm::builtins
