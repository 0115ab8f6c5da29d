#include "vm/cli/option_table.h"

namespace foxvm::cli {
namespace {

constexpr uint8_t Bit(Command command) { return static_cast<uint8_t>(1 << static_cast<int>(command)); }

constexpr uint8_t kRunners = Bit(Command::kRun) | Bit(Command::kRepl);
constexpr uint8_t kCompilers =
    Bit(Command::kRun) | Bit(Command::kBuild) | Bit(Command::kCheck) | Bit(Command::kDis);
constexpr uint8_t kLoaders = kCompilers | Bit(Command::kRepl);
constexpr uint8_t kAll = kLoaders | Bit(Command::kHelp);

constexpr CommandSpec kCommands[] = {
    {Command::kRun, "run", "FILE [ARGUMENT...]", "run a program",
     "FILE is Morph source (.fox), a module file made by `foxvm build` (.mbc), or - for standard input.\n"
     "What it is, is told by its contents, not by its name. Arguments after FILE belong to the program;\n"
     "the language has no way to read them yet.\n",
     "  foxvm run hello.fox\n"
     "  foxvm hello.fox\n"
     "  foxvm run -e 'cetak(6 * 7)'\n"
     "  foxvm run --heap-max=64M --stats program.fox\n"},
    {Command::kBuild, "build", "FILE [-o OUTPUT]", "compile a program to a module file",
     "Compiles FILE and everything it imports into one module file, which runs without the sources. If FILE\n"
     "is a folder, every .fox file in and below it becomes a module file, beside it or in the folder OUTPUT;\n"
     "what has not changed since it was built there is left as it is (OUTPUT/.foxvm-build says from what each\n"
     "was made). Imports are looked for in the folder and in the one around it, too.\n",
     "  foxvm build program.fox -o program.mbc\n"
     "  foxvm build project -o built\n"},
    {Command::kCheck, "check", "FILE", "report errors, run nothing",
     "Says nothing about a program that is in order. Warns of variables that are never read, code that is\n"
     "never reached, names that hide a built-in function and fields that look misspelt; warnings do not\n"
     "change the exit status. A module file is verified.\n",
     "  foxvm check program.fox\n"
     "  foxvm check --diagnostics=json program.fox\n"
     "  foxvm check --dump=ast program.fox\n"},
    {Command::kDis, "dis", "FILE", "show a program's bytecode",
     "FILE is source or a module file; a module file is shown whether or not its code is valid.\n",
     "  foxvm dis program.fox\n"
     "  foxvm dis --json program.mbc\n"},
    {Command::kRepl, "repl", "[FILE]", "run what is typed, input by input",
     "Runs FILE first, if there is one. Variables stay from input to input, errors end nothing, and the "
     "value\n"
     "of an expression is printed and kept in the variable _. On a terminal lines can be edited, the arrow\n"
     "keys fetch earlier ones, and the tab key completes names; :help lists the commands. The lines are "
     "kept\n"
     "in the file .foxvm_history of the home folder.\n",
     "  foxvm repl\n"
     "  foxvm repl library.fox\n"
     "  echo '6 * 7' | foxvm repl\n"},
    {Command::kHelp, "help", "[COMMAND]", "show help, the manual page or shell completion", "",
     "  foxvm help build\n"
     "  foxvm help --man | man -l -\n"
     "  source <(foxvm help --completion)\n"},
};

constexpr OptionSpec kOptions[] = {
    {OptionId::kCode, 'e', "", ValueKind::kText, "CODE", "", "take CODE as the program, in place of FILE",
     kCompilers},
    {OptionId::kOutput, 'o', "output", ValueKind::kText, "OUTPUT", "",
     "the module file to write (FILE with .mbc)", Bit(Command::kBuild)},
    {OptionId::kJson, 0, "json", ValueKind::kNone, "", "", "print the exchange form in JSON",
     Bit(Command::kDis)},
    {OptionId::kPath, 0, "path", ValueKind::kText, "FOLDERS", "",
     "also look for imported files there; separate with ':'", kLoaders},
    {OptionId::kCompat, 0, "compat", ValueKind::kNone, "", "",
     "report errors and find modules as the reference does", kCompilers},
    {OptionId::kDialect, 0, "dialect", ValueKind::kText, "DIALECT", "a|b",
     "read source as the dynamic (a) or the typed dialect (b); by default the program's own text shows it",
     kLoaders},
    {OptionId::kDump, 0, "dump", ValueKind::kText, "WHAT", "tokens|ast",
     "write the program's tokens or its syntax trees, and check no further", Bit(Command::kCheck)},
    {OptionId::kHeapMax, 0, "heap-max", ValueKind::kSize, "SIZE", "", "bound of the heap (4G)", kRunners},
    {OptionId::kYoung, 0, "young", ValueKind::kSize, "SIZE", "", "size of the young generation (2M)",
     kRunners},
    {OptionId::kStackMax, 0, "stack-max", ValueKind::kSize, "SIZE", "", "bound of a stack (256M)", kRunners},
    {OptionId::kGc, 0, "gc", ValueKind::kText, "MODE", "pause|slices|thread",
     "collect the old generation in one pause, in slices, or on a thread (pause)", kRunners},
    {OptionId::kGcPreset, 0, "gc-preset", ValueKind::kText, "NAME", "auto|runtime|vm|server",
     "sizes and collection for a kind of program; the other options go before it", kRunners},
    {OptionId::kGcStress, 0, "gc-stress", ValueKind::kCount, "N", "", "collect at every Nth allocation",
     kRunners},
    {OptionId::kGcVerify, 0, "gc-verify", ValueKind::kNone, "", "", "check the heap around every collection",
     kRunners},
    {OptionId::kStats, 0, "stats", ValueKind::kNone, "", "",
     "print times and memory on standard error at the end", Bit(Command::kRun)},
    {OptionId::kHeapStats, 0, "heap-stats", ValueKind::kNone, "", "",
     "print what is alive at the end, by type, on standard error", Bit(Command::kRun)},
    {OptionId::kHeapDump, 0, "heap-dump", ValueKind::kText, "DUMP", "",
     "write what is alive at the end to the file DUMP, as text", Bit(Command::kRun)},
    {OptionId::kHeapSites, 0, "heap-sites", ValueKind::kNone, "", "",
     "in these also tell where objects were allocated; slower", Bit(Command::kRun)},
    {OptionId::kColor, 0, "color", ValueKind::kText, "WHEN", "auto|always|never",
     "colour messages: auto (on a terminal), always or never", kLoaders},
    {OptionId::kDiagnostics, 0, "diagnostics", ValueKind::kText, "FORM", "text|json",
     "form of errors and warnings: text, or json with one object on each line", kCompilers},
    {OptionId::kMan, 0, "man", ValueKind::kNone, "", "", "write the manual page, in troff",
     Bit(Command::kHelp)},
    {OptionId::kCompletion, 0, "completion", ValueKind::kNone, "", "",
     "write the completion of the command line for bash", Bit(Command::kHelp)},
    {OptionId::kHelp, 'h', "help", ValueKind::kNone, "", "", "show this help", kAll},
    {OptionId::kVersion, 0, "version", ValueKind::kNone, "", "", "show the version", kAll},
};

}  // namespace

absl::Span<const CommandSpec> Commands() { return kCommands; }
absl::Span<const OptionSpec> Options() { return kOptions; }

const CommandSpec& SpecOf(Command command) { return kCommands[static_cast<int>(command)]; }

const CommandSpec* FindCommand(absl::string_view name) {
  for (const CommandSpec& spec : kCommands) {
    if (spec.name == name) return &spec;
  }
  return nullptr;
}

const OptionSpec* FindOption(absl::string_view name) {
  for (const OptionSpec& spec : kOptions) {
    if (!spec.name.empty() && spec.name == name) return &spec;
  }
  return nullptr;
}

const OptionSpec* FindOption(char letter) {
  for (const OptionSpec& spec : kOptions) {
    if (spec.letter != 0 && spec.letter == letter) return &spec;
  }
  return nullptr;
}

}  // namespace foxvm::cli
