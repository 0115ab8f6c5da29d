#include "interp/objects/types.h"

#include <unistd.h>

#include "interp/objects/number.h"

namespace foxvm::objects {
namespace {

using gc::SlotLayout;
using gc::Value;

// Tags of the values without a heap object, and of what programs cannot name.
constexpr int kBuiltinTag = 9;
constexpr int kUpvalueTag = 16;

// One line per type: how it is traced, its language name and tag. Internal types have no language name.
struct TypeRow {
  HeapType type;
  SlotLayout layout;
  uint16_t first_slot_offset;
  const char* name;
  const char* language_name;
  int tag;
};

constexpr uint16_t kAfterHeader = sizeof(gc::ObjectHeader);
constexpr uint16_t kSecondWord = offsetof(gc::ObjectHeader, second);

constexpr TypeRow kTypes[] = {
    {kInt64Type, SlotLayout::kNone, kAfterHeader, "Int64", "INTEGER", 1},
    {kFloatType, SlotLayout::kNone, kAfterHeader, "Float", "FLOAT", 4},
    {kStringType, SlotLayout::kNone, kAfterHeader, "FlatString", "STRING", 3},
    {kRopeType, SlotLayout::kAll, kAfterHeader, "Rope", "STRING", 3},
    {kAppendStringType, SlotLayout::kAll, kAfterHeader, "AppendString", "STRING", 3},
    {kByteBufferType, SlotLayout::kNone, kAfterHeader, "ByteBuffer", nullptr, 0},
    {kArrayType, SlotLayout::kAll, kAfterHeader, "Array", "ARRAY", 6},
    {kArrayStoreType, SlotLayout::kAll, kAfterHeader, "ArrayStore", nullptr, 0},
    {kHashType, SlotLayout::kAll, kAfterHeader, "Hash", "HASH", 11},
    {kHashEntriesType, SlotLayout::kAll, kAfterHeader, "HashEntries", nullptr, 0},
    {kHashIndexType, SlotLayout::kNone, kAfterHeader, "HashIndex", nullptr, 0},
    {kStructType, SlotLayout::kAll, kAfterHeader, "Struct", "STRUCT", 17},
    {kSchemaType, SlotLayout::kNone, kAfterHeader, "Schema", "SCHEMA", 18},
    {kClosureType, SlotLayout::kAll, kAfterHeader, "Closure", "CLOSURE", 8},
    {kCellType, SlotLayout::kAll, kSecondWord, "Cell", nullptr, 0},
    {kErrorType, SlotLayout::kAll, kAfterHeader, "Error", "ERROR", 12},
    {kFileType, SlotLayout::kAll, kAfterHeader, "File", "FILE", 13},
    {kTimeType, SlotLayout::kNone, kAfterHeader, "Time", "TIME", 13},
    {kPointerType, SlotLayout::kNone, kAfterHeader, "Pointer", "POINTER", 14},
    {kAtomType, SlotLayout::kAll, kSecondWord, "Atom", "ATOM", 13},
    {kChannelType, SlotLayout::kAll, kAfterHeader, "Channel", "CHANNEL", 13},
    {kThreadType, SlotLayout::kAll, kAfterHeader, "Thread", "THREAD", 13},
    {kMutexType, SlotLayout::kAll, kAfterHeader, "Mutex", "MUTEX", 13},
    {kGlobalsType, SlotLayout::kAll, kAfterHeader, "Globals", nullptr, 0},
    {kArrayLogType, SlotLayout::kAll, kAfterHeader, "ArrayLog", nullptr, 0},
    {kWaitQueueType, SlotLayout::kAll, kAfterHeader, "WaitQueue", nullptr, 0},
};

void CloseFile(gc::ObjectHeader* object) {
  auto* file = static_cast<FileObject*>(object);
  if (file->descriptor() != FileObject::kClosedFile) close(file->descriptor());
}

const TypeRow& RowOf(Value v) {
  const TypeRow& row = kTypes[v.object()->type() - kInt64Type];
  FOXVM_DCHECK(row.type == v.object()->type());
  return row;
}

}  // namespace

void RegisterTypes(gc::TypeRegistry& types) {
  for (const TypeRow& row : kTypes) {
    gc::TypeInfo info;
    info.name = row.name;
    info.layout = row.layout;
    info.first_slot_offset = row.first_slot_offset;
    if (row.type == kFileType) info.dispose = CloseFile;
    types.Register(row.type, info);
  }
}

absl::string_view TypeName(Value v) {
  if (v.IsSmallInt()) return "INTEGER";
  if (v.IsInlineFloat()) return "FLOAT";
  if (v.IsBool()) return "BOOLEAN";
  if (v.IsBuiltin()) return "BUILTIN";
  if (!v.IsHeapRef()) return "NULL";
  const char* name = RowOf(v).language_name;
  return name == nullptr ? "UPVALUE" : name;
}

int TypeTag(Value v) {
  if (v.IsSmallInt()) return 1;
  if (v.IsInlineFloat()) return 4;
  if (v.IsBool()) return 2;
  if (v.IsBuiltin()) return kBuiltinTag;
  if (!v.IsHeapRef()) return 5;
  const TypeRow& row = RowOf(v);
  return row.language_name == nullptr ? kUpvalueTag : row.tag;
}

}  // namespace foxvm::objects
