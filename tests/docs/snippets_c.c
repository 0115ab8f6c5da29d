/* The pieces of C that README.md and docs/embedding.md show; docs_test compares them. Each function is one
 * piece with what it takes to run it, and main checks what they come to. */
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "vm/foxvm.h"

/* What the last program printed, and the last report of an error. */
static char printed[4096];
static char reported[4096];

static void Collect(void* user, const char* text, size_t length) {
  const size_t used = strlen(printed);
  (void)user;
  if (used + length < sizeof printed) memcpy(printed + used, text, length);
}

static foxvm_status RunText(foxvm_vm* vm, const char* text) {
  foxvm_program program;
  const foxvm_status status = foxvm_load_source(vm, "piece.fox", text, strlen(text), &program);
  memset(printed, 0, sizeof printed);
  return status ? status : foxvm_run(vm, program);
}

/* README.md: the shortest useful host. */
static int Shortest(void) {
  int64_t n = 0;
  const char* source = "fungsi faktorial(n) jika n < 2 1 lainnya n * faktorial(n - 1) akhir akhir";
  foxvm_options options = {.size = sizeof options, .heap_max_bytes = 16 << 20, .max_instructions = 1000000};
  foxvm_vm* vm;
  foxvm_program program;
  foxvm_value ten, result;
  if (foxvm_create(&options, &vm)) return 1;
  if (foxvm_load_source(vm, "faktorial.fox", source, strlen(source), &program) || foxvm_run(vm, program) ||
      foxvm_new_int(vm, 10, &ten) || foxvm_call(vm, "faktorial", &ten, 1, &result) ||
      foxvm_get_int(vm, result, &n)) {
    fputs(foxvm_error_report(vm), stderr);
  }
  printf("10! = %lld\n", (long long)n);
  foxvm_destroy(vm);
  return n != 3628800;
}

/* A module loader over a table. */
static foxvm_status LoadModule(void* user, const char* path, foxvm_module_text* module) {
  static const char kGreeting[] = "fungsi sapa(nama) \"Halo, \" + nama akhir";
  (void)user;
  if (strcmp(path, "salam.fox") != 0) return FOXVM_NOT_FOUND;
  return foxvm_module_set_text(module, kGreeting, strlen(kGreeting));
}

static int Modules(void) {
  foxvm_options options = {.size = sizeof options, .load_module = LoadModule, .output = Collect};
  foxvm_vm* vm;
  int bad;
  if (foxvm_create(&options, &vm)) return 1;
  bad = RunText(vm, "dari \"salam\" ambil sapa cetak(sapa(\"Sari\"))") != FOXVM_OK ||
        strcmp(printed, "Halo, Sari\n") != 0 || RunText(vm, "ambil \"lain\"") != FOXVM_COMPILE_ERROR;
  foxvm_destroy(vm);
  return bad;
}

/* Values, and how long their handles live. */
static foxvm_value callback;

/* ingat(f): keeps a function of the program for later. */
static foxvm_status Remember(foxvm_vm* vm, void* user, const foxvm_value* args, size_t count,
                             foxvm_value* result) {
  (void)user;
  (void)result;
  if (count != 1) return foxvm_fail(vm, "ingat wants one function");
  callback = args[0];
  return foxvm_keep(vm, callback); /* else it would end with this call */
}

static int Values(void) {
  foxvm_vm* vm;
  foxvm_value numbers[2], array, total;
  int64_t sum = 0;
  if (foxvm_create(NULL, &vm)) return 1;
  if (foxvm_register(vm, "ingat", Remember, NULL) ||
      RunText(vm, "ingat(fungsi(daftar) daftar[0] + daftar[1] akhir)")) {
    return 1;
  }
  foxvm_new_int(vm, 40, &numbers[0]);
  foxvm_new_int(vm, 2, &numbers[1]);
  foxvm_new_array(vm, numbers, 2, &array);
  if (foxvm_call_value(vm, callback, &array, 1, &total) == FOXVM_OK) foxvm_get_int(vm, total, &sum);
  foxvm_release(vm, array);
  foxvm_release(vm, total);
  if (foxvm_get_int(vm, total, &sum) != FOXVM_INVALID_ARGUMENT) return 1;
  foxvm_destroy(vm);
  return sum != 42;
}

/* An error with its trace. */
static void Report(foxvm_vm* vm, FILE* to) {
  const char* function;
  const char* file;
  uint32_t line;
  fprintf(to, "%s (%s:%u)\n", foxvm_error_message(vm), foxvm_error_file(vm), (unsigned)foxvm_error_line(vm));
  for (size_t i = 0; foxvm_error_frame(vm, i, &function, &file, &line) == FOXVM_OK; ++i) {
    fprintf(to, "  %s, line %u\n", *function ? function : "main", (unsigned)line);
  }
}

static int Errors(void) {
  FILE* file = tmpfile();
  foxvm_vm* vm;
  int bad;
  if (file == NULL || foxvm_create(NULL, &vm)) return 1;
  bad = RunText(vm, "fungsi isi(a)\n  a[9] = 1\nakhir\nisi([])\n") != FOXVM_RUNTIME_ERROR;
  Report(vm, file);
  rewind(file);
  reported[fread(reported, 1, sizeof reported - 1, file)] = 0;
  fclose(file);
  bad |=
      strcmp(reported, "index out of bounds: 9 (len 0) (piece.fox:2)\n  isi, line 2\n  main, line 4\n") != 0;
  bad |= RunText(vm, "cetak(\"masih bisa\")") != FOXVM_OK;
  foxvm_destroy(vm);
  return bad;
}

/* Ctrl-C ends what runs. */
static foxvm_vm* running;

static void OnSignal(int number) {
  (void)number;
  foxvm_interrupt(running);
}

static foxvm_status PressCtrlC(foxvm_vm* vm, void* user, const foxvm_value* args, size_t count,
                               foxvm_value* result) {
  (void)vm;
  (void)user;
  (void)args;
  (void)count;
  (void)result;
  return raise(SIGINT) == 0 ? FOXVM_OK : FOXVM_RUNTIME_ERROR;
}

static int Interrupts(void) {
  foxvm_status status;
  if (foxvm_create(NULL, &running)) return 1;
  if (foxvm_register(running, "tekan", PressCtrlC, NULL)) return 1;
  signal(SIGINT, OnSignal);
  status = RunText(running, "tekan() selama benar akhir");
  signal(SIGINT, SIG_DFL);
  foxvm_destroy(running);
  return status != FOXVM_INTERRUPTED;
}

/* Bounds: each ends the run, and the VM goes on. */
static int Bounds(void) {
  foxvm_options options = {.size = sizeof options,
                           .heap_max_bytes = 4 << 20,
                           .stack_max_bytes = 64 << 10,
                           .max_instructions = 1000000,
                           .output = Collect};
  foxvm_vm* vm;
  int bad;
  if (foxvm_create(&options, &vm)) return 1;
  bad = RunText(vm, "s = \"x\" selama benar s = s + s akhir") != FOXVM_OUT_OF_MEMORY;
  bad |= RunText(vm, "fungsi f() f() + 1 akhir f()") != FOXVM_STACK_OVERFLOW;
  bad |= RunText(vm, "selama benar akhir") != FOXVM_OUT_OF_INSTRUCTIONS;
  bad |= RunText(vm, "cetak(pesan_galat(baca_file(\"/etc/passwd\")))") != FOXVM_OK;
  bad |= strstr(printed, "permission denied") == NULL;
  foxvm_destroy(vm);
  return bad;
}

static int Check(const char* name, int failed) {
  if (failed) fprintf(stderr, "%s: FAILED\n", name);
  return failed != 0;
}

int main(void) {
  return Check("Shortest", Shortest()) + Check("Modules", Modules()) + Check("Values", Values()) +
         Check("Errors", Errors()) + Check("Interrupts", Interrupts()) + Check("Bounds", Bounds());
}
