/* A C host: gives a program one function, runs it, and calls a function of the program's. */
#include <stdio.h>
#include <string.h>

#include "vm/foxvm.h"

static void Print(void* user, const char* text, size_t length) { fwrite(text, 1, length, (FILE*)user); }

/* kuadrat(n): the square of an integer. */
static foxvm_status Square(foxvm_vm* vm, void* user, const foxvm_value* args, size_t count,
                           foxvm_value* result) {
  int64_t n;
  (void)user;
  if (count != 1 || foxvm_get_int(vm, args[0], &n)) return foxvm_fail(vm, "kuadrat wants an integer");
  return foxvm_new_int(vm, n * n, result);
}

int main(void) {
  static const char kSource[] =
      "cetak(\"halo dari Morph\")\n"
      "fungsi jumlah_kuadrat(a, b) kembalikan kuadrat(a) + kuadrat(b) akhir\n";
  foxvm_options options = {.size = sizeof options, .heap_max_bytes = 64 << 20, .output = Print};
  foxvm_vm* vm;
  foxvm_program program;
  foxvm_value args[2], result;
  int64_t sum;
  options.user = stdout;
  if (foxvm_create(&options, &vm)) return 1;
  if (foxvm_register(vm, "kuadrat", Square, NULL) ||
      foxvm_load_source(vm, "host.fox", kSource, strlen(kSource), &program) || foxvm_run(vm, program) ||
      foxvm_new_int(vm, 3, &args[0]) || foxvm_new_int(vm, 4, &args[1]) ||
      foxvm_call(vm, "jumlah_kuadrat", args, 2, &result) || foxvm_get_int(vm, result, &sum)) {
    fputs(foxvm_error_report(vm), stderr);
    return 1;
  }
  printf("3^2 + 4^2 = %lld\n", (long long)sum);
  return foxvm_destroy(vm);
}
