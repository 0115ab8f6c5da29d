# An arena and a pool from assembly (System V calling convention): builds a list of the numbers 1 to 1000 in an
# arena, adds them up, then shows that a pool hands out a freed object again. Exit status 0, or 1 when memory is
# lacking.
        .intel_syntax noprefix
        .section .note.GNU-stack, "", @progbits

        .section .rodata
sum_format:
        .string "sum of the list: %ld\n"
reuse_format:
        .string "the freed object came back: %s\n"
yes:    .string "yes"
no:     .string "no"

        .text
        .globl main
        .type main, @function
main:
        push rbx                        # the arena, then the pool
        push r12                        # the list: each element has the next one's address and a number
        push r13                        # the number
        push r14
        push r15                        # five pushes: the stack is aligned to 16 at calls

        xor edi, edi                    # chunks of the default size
        call morph_arena_allocator_new@PLT
        test rax, rax
        jz .failed
        mov rbx, rax

        xor r12d, r12d
        mov r13d, 1000
.next_element:
        mov rdi, rbx
        mov esi, 16
        call morph_arena_alloc@PLT
        test rax, rax
        jz .failed
        mov [rax], r12
        mov [rax + 8], r13
        mov r12, rax
        dec r13
        jnz .next_element

        xor esi, esi                    # the sum
.add:
        add rsi, [r12 + 8]
        mov r12, [r12]
        test r12, r12
        jnz .add

        lea rdi, sum_format[rip]
        xor eax, eax                    # no vector registers in use
        call printf@PLT
        mov rdi, rbx
        call morph_arena_destroy@PLT

        mov edi, 48                     # bytes of an object
        call morph_pool_new@PLT
        test rax, rax
        jz .failed
        mov rbx, rax
        mov rdi, rbx
        call morph_pool_alloc@PLT
        test rax, rax
        jz .failed
        mov r14, rax
        mov rdi, rbx
        call morph_pool_alloc@PLT
        mov r15, rax
        mov rdi, rbx
        mov rsi, r14
        call morph_pool_free@PLT
        mov rdi, rbx
        call morph_pool_alloc@PLT

        lea rdi, reuse_format[rip]
        lea rsi, yes[rip]
        lea rcx, no[rip]
        cmp rax, r14
        cmovne rsi, rcx
        xor eax, eax
        call printf@PLT
        mov rdi, rbx
        call morph_pool_destroy@PLT

        xor eax, eax
        jmp .return
.failed:
        mov eax, 1
.return:
        pop r15
        pop r14
        pop r13
        pop r12
        pop rbx
        ret
        .size main, . - main
