/* foxvm.h: the C interface of FoxVM, complete: no other header is needed, no C++ type is visible.
 * How: every function returns a foxvm_status; results come back through pointers, which are set only on
 *      FOXVM_OK. After a failure foxvm_error_...() of the VM tell more. Any argument may be NULL or stale:
 *      the answer is FOXVM_INVALID_ARGUMENT (for the foxvm_vm pointer only NULL can be told from a good
 *      one).
 * Values are handles: numbers that mean a value in the VM and keep it alive. {0} is no value. A handle is
 *      good until foxvm_release; one made inside a host function only until that returns, unless
 *      foxvm_keep was called on it. Handles that were released are noticed, not followed.
 * Threads: a VM belongs to one thread at a time; foxvm_interrupt may be called from any. VMs share
 *      nothing.
 * Callbacks must return normally: no longjmp, no C++ exception. While one runs (output, module loader,
 *      host function) the VM cannot be loaded, run or destroyed, and inside output and module loader it
 *      cannot be used at all: FOXVM_BUSY.
 * Strings going in are bytes with a length, not NUL-terminated; names are NUL-terminated. */
#ifndef FOXVM_VM_FOXVM_H_
#define FOXVM_VM_FOXVM_H_

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct foxvm_vm foxvm_vm;
typedef struct foxvm_module_text foxvm_module_text;

/* A value in a VM, and a loaded program: see above. */
typedef struct foxvm_value {
  uint64_t handle;
} foxvm_value;
typedef struct foxvm_program {
  uint32_t number; /* from 1; 0: none */
} foxvm_program;

typedef int foxvm_status;
enum {
  FOXVM_OK = 0,
  FOXVM_INVALID_ARGUMENT = 1,    /* NULL, a stale handle, a value of the wrong type, an option out of range */
  FOXVM_COMPILE_ERROR = 2,       /* the source has errors */
  FOXVM_RUNTIME_ERROR = 3,       /* the program failed */
  FOXVM_OUT_OF_MEMORY = 4,       /* the VM's heap bound was reached */
  FOXVM_STACK_OVERFLOW = 5,      /* the VM's stack bound was reached */
  FOXVM_OUT_OF_INSTRUCTIONS = 6, /* the instruction budget was used up */
  FOXVM_INTERRUPTED = 7,         /* by foxvm_interrupt */
  FOXVM_NOT_FOUND = 8,           /* no such variable, element, key or host function */
  FOXVM_BUSY = 9                 /* not now: the VM is inside a callback */
};

/* What a value is. */
enum {
  FOXVM_NULL = 0,
  FOXVM_BOOL = 1,
  FOXVM_INT = 2,
  FOXVM_FLOAT = 3,
  FOXVM_STRING = 4,
  FOXVM_ARRAY = 5,
  FOXVM_HASH = 6,
  FOXVM_ERROR = 7,
  FOXVM_FUNCTION = 8,
  FOXVM_OTHER = 9 /* struct, file, channel, ... */
};

/* What programs may reach outside the VM; the default is nothing. */
enum {
  FOXVM_ALLOW_FILES = 1, /* open files by path */
  FOXVM_ALLOW_CLOCK = 2  /* read the time, sleep */
};

/* Takes what the program prints, in order. `text` is good during the call only. */
typedef void (*foxvm_output_function)(void* user, const char* text, size_t length);

/* Finds the imported module `path` and gives its source to foxvm_module_set_text. Any other result than
 * FOXVM_OK, and FOXVM_OK without a text: there is no such module. */
typedef foxvm_status (*foxvm_module_function)(void* user, const char* path, foxvm_module_text* module);

/* A function of the host. *result is {0}, which means kosong, until set. A result other than FOXVM_OK gives
 * the program an error value, with the message given to foxvm_fail. */
typedef foxvm_status (*foxvm_host_function)(foxvm_vm* vm, void* user, const foxvm_value* arguments,
                                            size_t count, foxvm_value* result);

/* Sizes of the heap and how it is collected, for a kind of program. */
enum {
  FOXVM_PRESET_DEFAULT = 0, /* 4 GiB, major collections in one pause */
  FOXVM_PRESET_AUTO = 1,    /* what suits the machine's memory */
  FOXVM_PRESET_RUNTIME = 2, /* one program that ends: 512 MiB, in one pause */
  FOXVM_PRESET_VM = 3,      /* long-lived, many objects: 2 GiB, in slices between which the program runs */
  FOXVM_PRESET_SERVER = 4   /* runs for ever: 1 GiB, on a thread beside the program, early */
};

/* The form of Morph that source text is in. */
enum {
  FOXVM_DIALECT_DETECT = 0,  /* what the program's own text shows */
  FOXVM_DIALECT_DYNAMIC = 1, /* A */
  FOXVM_DIALECT_TYPED = 2    /* B */
};

/* Set all to 0, then `size`, then what should differ: 0 and NULL are the defaults. */
typedef struct foxvm_options {
  size_t size;                       /* sizeof(foxvm_options) */
  uint64_t heap_max_bytes;           /* default 4 GiB */
  uint64_t stack_max_bytes;          /* of one fiber; default 256 MiB */
  uint64_t max_instructions;         /* that one foxvm_run or foxvm_call may execute; default: no limit */
  uint64_t capabilities;             /* FOXVM_ALLOW_... */
  foxvm_output_function output;      /* default: output is dropped */
  foxvm_module_function load_module; /* default: there are no modules */
  void* user;                        /* passed to output and load_module */
  uint64_t heap_preset;              /* FOXVM_PRESET_...; heap_max_bytes goes before its bound */
  uint64_t dialect;                  /* FOXVM_DIALECT_... */
} foxvm_options;

/* Creates a VM. `options` may be NULL: all defaults. */
foxvm_status foxvm_create(const foxvm_options* options, foxvm_vm** vm);
/* Destroys it with its programs and handles. NULL is allowed. FOXVM_BUSY inside a callback. */
foxvm_status foxvm_destroy(foxvm_vm* vm);

/* Loads a program: source text, which messages call `name`, or the bytes of a .mbc file. */
foxvm_status foxvm_load_source(foxvm_vm* vm, const char* name, const char* text, size_t length,
                               foxvm_program* program);
foxvm_status foxvm_load_bytecode(foxvm_vm* vm, const void* bytes, size_t length, foxvm_program* program);
/* Runs a program to its end. Its global variables and functions stay. */
foxvm_status foxvm_run(foxvm_vm* vm, foxvm_program program);
/* Makes what runs fail with FOXVM_INTERRUPTED soon. From any thread, and from a signal handler. */
foxvm_status foxvm_interrupt(foxvm_vm* vm);

/* Calls a function of the program by its name, or as a value. `arguments` may be NULL when count is 0;
 * `result` may be NULL. A failure inside the language that is an error value is a result, of kind
 * FOXVM_ERROR. */
foxvm_status foxvm_call(foxvm_vm* vm, const char* name, const foxvm_value* arguments, size_t count,
                        foxvm_value* result);
foxvm_status foxvm_call_value(foxvm_vm* vm, foxvm_value function, const foxvm_value* arguments, size_t count,
                              foxvm_value* result);
/* Reads a global variable, of the program loaded last that has it. */
foxvm_status foxvm_get_global(foxvm_vm* vm, const char* name, foxvm_value* result);

/* Gives programs that are loaded from now on a function, as if it were built in. */
foxvm_status foxvm_register(foxvm_vm* vm, const char* name, foxvm_host_function function, void* user);
/* Inside a host function: the message of its error value. Returns FOXVM_RUNTIME_ERROR, to be returned at
 * once, or FOXVM_INVALID_ARGUMENT. */
foxvm_status foxvm_fail(foxvm_vm* vm, const char* message);
/* Inside a module loader: the module's source, which is copied. */
foxvm_status foxvm_module_set_text(foxvm_module_text* module, const char* text, size_t length);

/* Make values. Elements and entries (key, value, key, value, ...) are copied into the new value. */
foxvm_status foxvm_new_null(foxvm_vm* vm, foxvm_value* result);
foxvm_status foxvm_new_bool(foxvm_vm* vm, int b, foxvm_value* result);
foxvm_status foxvm_new_int(foxvm_vm* vm, int64_t i, foxvm_value* result);
foxvm_status foxvm_new_float(foxvm_vm* vm, double d, foxvm_value* result);
foxvm_status foxvm_new_string(foxvm_vm* vm, const char* bytes, size_t length, foxvm_value* result);
foxvm_status foxvm_new_array(foxvm_vm* vm, const foxvm_value* elements, size_t count, foxvm_value* result);
foxvm_status foxvm_new_hash(foxvm_vm* vm, const foxvm_value* keys_and_values, size_t entries,
                            foxvm_value* result);
foxvm_status foxvm_new_error(foxvm_vm* vm, const char* message, size_t length, foxvm_value* result);

/* Read values. FOXVM_INVALID_ARGUMENT when the value has another type. */
foxvm_status foxvm_get_kind(foxvm_vm* vm, foxvm_value value, int* kind);
foxvm_status foxvm_get_bool(foxvm_vm* vm, foxvm_value value, int* b);
foxvm_status foxvm_get_int(foxvm_vm* vm, foxvm_value value, int64_t* i);
foxvm_status foxvm_get_float(foxvm_vm* vm, foxvm_value value, double* d); /* of an integer too */
/* The bytes of a string; the message of an error; what the language prints, of any value. A NUL follows them.
 * Good until the next of these three on the same handle, or its release. `length` may be NULL. */
foxvm_status foxvm_get_string(foxvm_vm* vm, foxvm_value value, const char** bytes, size_t* length);
foxvm_status foxvm_get_error(foxvm_vm* vm, foxvm_value value, const char** bytes, size_t* length);
foxvm_status foxvm_get_text(foxvm_vm* vm, foxvm_value value, const char** bytes, size_t* length);
/* Elements of an array, entries of a hash, bytes of a string. */
foxvm_status foxvm_get_length(foxvm_vm* vm, foxvm_value value, size_t* length);
foxvm_status foxvm_get_element(foxvm_vm* vm, foxvm_value array, size_t index, foxvm_value* element);
/* Entry number `index`, in the order of insertion. */
foxvm_status foxvm_get_entry(foxvm_vm* vm, foxvm_value hash, size_t index, foxvm_value* key,
                             foxvm_value* value);
foxvm_status foxvm_get_key(foxvm_vm* vm, foxvm_value hash, foxvm_value key, foxvm_value* value);

/* Ends a handle. {0} is allowed. */
foxvm_status foxvm_release(foxvm_vm* vm, foxvm_value value);
/* Makes a handle that a host function got or made last until foxvm_release. */
foxvm_status foxvm_keep(foxvm_vm* vm, foxvm_value value);

/* About the last function of this VM that failed; good until the next call. Texts are never NULL, "" when
 * unknown. */
foxvm_status foxvm_error_status(const foxvm_vm* vm);
const char* foxvm_error_message(const foxvm_vm* vm);
const char* foxvm_error_file(const foxvm_vm* vm);
uint32_t foxvm_error_line(const foxvm_vm* vm); /* 1-based; 0: unknown */
/* All of it, with position and stack trace, or all compile errors with their source lines: some lines of
 * text. */
const char* foxvm_error_report(const foxvm_vm* vm);
/* The stack trace, innermost frame first; long ones lack their middle. FOXVM_NOT_FOUND behind the last frame.
 * `function` is "" for the main code and functions without a name. */
foxvm_status foxvm_error_frame(const foxvm_vm* vm, size_t index, const char** function, const char** file,
                               uint32_t* line);

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif /* FOXVM_VM_FOXVM_H_ */
