// foxvm build FOLDER: every program in it, in one go.
// How: one arena serves all compilations, and a file that many import is read once. What each module file was
//      made from is noted in one file, kRecordName, beside the module files, by a Fingerprint of the texts:
//      what would be made from the same texts again is left as it is.
#include <dirent.h>
#include <sys/stat.h>

#include <algorithm>
#include <memory>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "interp/builtins/file_io.h"
#include "vm/cli/build.h"
#include "vm/cli/exit_status.h"
#include "vm/cli/output_file.h"
#include "vm/cli/recorded_imports.h"
#include "vm/read_file.h"
#include "vm/vm.h"

namespace foxvm::cli {
namespace {

constexpr absl::string_view kRecordName = ".foxvm-build";
constexpr size_t kMaxRecordBytes = size_t{64} << 20;
constexpr int kMaxFolderDepth = 64;

std::string Join(absl::string_view folder, absl::string_view name) {
  return absl::StrCat(folder, absl::EndsWith(folder, "/") || folder.empty() ? "" : "/", name);
}

// What a module file was made from.
struct Origin {
  std::string fingerprint;  // of the program, what it imports, and the module file itself
  std::vector<RecordedImports::Request> requests;
};
// By the module file's path below the output folder. The file has a line for each: the path, the fingerprint
// and the requests, with tabs between them.
using Record = absl::flat_hash_map<std::string, Origin>;

Record ReadRecord(const std::string& path) {
  Record record;
  const absl::StatusOr<std::string> text = vm::ReadFile(path, kMaxRecordBytes);
  if (!text.ok()) return record;
  for (absl::string_view line : absl::StrSplit(*text, '\n', absl::SkipEmpty())) {
    std::vector<std::string> words;
    for (absl::string_view word : absl::StrSplit(line, '\t')) {
      if (!absl::CUnescape(word, &words.emplace_back())) return Record();
    }
    if (words.size() < 2 || words.size() % 2 != 0) return Record();
    Origin& origin = record[words[0]];
    origin.fingerprint = words[1];
    for (size_t i = 2; i < words.size(); i += 2) origin.requests.emplace_back(words[i], words[i + 1]);
  }
  return record;
}

std::string TextOf(const Record& record) {
  std::vector<std::string> lines;
  for (const auto& [output, origin] : record) {
    std::string& line = lines.emplace_back(absl::StrCat(absl::CEscape(output), "\t", origin.fingerprint));
    for (const RecordedImports::Request& request : origin.requests) {
      absl::StrAppend(&line, "\t", absl::CEscape(request.first), "\t", absl::CEscape(request.second));
    }
  }
  std::sort(lines.begin(), lines.end());
  return absl::StrCat(absl::StrJoin(lines, "\n"), lines.empty() ? "" : "\n");
}

// Appends the paths below `root` of all `.fox` files in and below `folder`, which is one below `root`. 0, or
// errno.
int FindSources(const std::string& root, const std::string& folder, int depth,
                std::vector<std::string>* sources) {
  const std::unique_ptr<DIR, int (*)(DIR*)> open(opendir(Join(root, folder).c_str()), closedir);
  if (open == nullptr) return errno;
  while (const dirent* entry = readdir(open.get())) {
    const absl::string_view name = entry->d_name;
    if (name[0] == '.') continue;
    const std::string path = Join(folder, name);
    struct stat info;
    if (stat(Join(root, path).c_str(), &info) != 0) continue;
    if (S_ISDIR(info.st_mode)) {
      // Deeper than this there is a link that leads back.
      if (depth < kMaxFolderDepth) FindSources(root, path, depth + 1, sources);
    } else if (S_ISREG(info.st_mode) && absl::EndsWith(name, ".fox")) {
      sources->push_back(path);
    }
  }
  return 0;
}

// Makes the folders on the way to the file `path`. 0, or errno.
int MakeFolders(const std::string& path) {
  for (size_t slash = path.find('/', 1); slash != path.npos; slash = path.find('/', slash + 1)) {
    if (mkdir(path.substr(0, slash).c_str(), 0777) != 0 && errno != EEXIST) return errno;
  }
  return 0;
}

class FolderBuild {
 public:
  FolderBuild(const Invocation& invocation, StandardIo& io)
      : invocation_(WithFolders(invocation)),
        io_(io),
        output_folder_(invocation.output.empty() ? invocation.file : invocation.output),
        files_(ImportsOf(invocation_)),
        imports_(files_) {}

  int Run();

 private:
  // Imports may name files from the folder on, or from the one around it.
  static Invocation WithFolders(const Invocation& invocation) {
    Invocation result = invocation;
    result.path.push_back(invocation.file);
    result.path.push_back(Join(invocation.file, ".."));
    return result;
  }

  int BuildSource(const std::string& source);
  std::string FingerprintOf(const ProgramFile& program, const std::vector<RecordedImports::Request>& requests,
                            const std::string& output);
  int Fail(absl::string_view what, absl::string_view path, int error) {
    io_.WriteError(absl::StrCat("foxvm: cannot ", what, " ", path, ": ", builtins::ReasonText(error), "\n"));
    return kExitFailed;
  }

  const Invocation invocation_;
  StandardIo& io_;
  const std::string output_folder_;
  vm::FileModuleSource files_;
  RecordedImports imports_;
  gc::Arena arena_;
  Record before_;
  Record after_;
};

int FolderBuild::Run() {
  std::vector<std::string> sources;
  if (const int error = FindSources(invocation_.file, "", 0, &sources); error != 0) {
    return Fail("read", invocation_.file, error);
  }
  std::sort(sources.begin(), sources.end());
  const std::string record_path = Join(output_folder_, kRecordName);
  before_ = ReadRecord(record_path);
  int first_failure = kExitDone;
  for (const std::string& source : sources) {
    const int status = BuildSource(source);
    if (first_failure == kExitDone) first_failure = status;
  }
  if (sources.empty()) {
    io_.WriteError(absl::StrCat("foxvm: no .fox files in ", invocation_.file, "\n"));
    return kExitNotLoaded;
  }
  const std::string text = TextOf(after_);
  if (MakeFolders(record_path) != 0) return first_failure;
  const int error = WriteOutputFile(record_path, [&](WritePiece write) { write(text); });
  return error == 0 ? first_failure : Fail("write", record_path, error);
}

std::string FolderBuild::FingerprintOf(const ProgramFile& program,
                                       const std::vector<RecordedImports::Request>& requests,
                                       const std::string& output) {
  const absl::StatusOr<std::string> module = vm::ReadFile(output, SIZE_MAX / 2);
  if (!module.ok()) return "";
  const int dialect = invocation_.vm.dialect.has_value() ? static_cast<int>(*invocation_.vm.dialect) : -1;
  Fingerprint fingerprint;
  fingerprint.Add(absl::StrCat(vm::kVersion, " ", dialect, " ", invocation_.vm.compat));
  fingerprint.Add(program.name);
  fingerprint.Add(program.bytes);
  imports_.AddTo(requests, &fingerprint);
  fingerprint.Add(*module);
  return fingerprint.Text();
}

int FolderBuild::BuildSource(const std::string& source) {
  Invocation one = invocation_;
  one.file = Join(invocation_.file, source);
  ProgramFile program;
  if (const int status = ReadProgram(one, io_, &program); status != kExitDone) return status;
  const std::string output_name = ModuleFileOf(source);
  const std::string output = Join(output_folder_, output_name);
  if (const auto known = before_.find(output_name); known != before_.end()) {
    if (FingerprintOf(program, known->second.requests, output) == known->second.fingerprint) {
      after_[output_name] = known->second;
      return kExitDone;
    }
  }
  if (program.is_module) {
    return ReportNotLoaded(one, program, absl::InvalidArgumentError("is a module file already"), io_);
  }
  if (const int error = MakeFolders(output); error != 0) return Fail("write", output, error);
  imports_.BeginProgram();
  const int status = BuildModuleFile(one, program, imports_, &arena_, output, io_);
  if (status != kExitDone) return status;
  std::vector<RecordedImports::Request> requests = imports_.requests();
  std::string fingerprint = FingerprintOf(program, requests, output);
  after_[output_name] = {std::move(fingerprint), std::move(requests)};
  return kExitDone;
}

}  // namespace

int BuildFolder(const Invocation& invocation, StandardIo& io) { return FolderBuild(invocation, io).Run(); }

}  // namespace foxvm::cli
