# A program without a C library that makes every call of //vm/compat/corelib as the host's assembly does.
# It exits with 0, or with the number of the first check that failed (they count from 1; 255 stands for all above).

    .set SYS_EXIT, 60

    .bss
    .balign 16
stack_pointer: .skip 8
check_number:  .skip 8
foreign:       .skip 64

    .text
    .globl _start

# Fails the program unless the condition of the preceding comparison holds.
.macro EXPECT condition
    j\condition 1f
    jmp fail
1:  incq check_number(%rip)
.endm

# Calls \name with the stack at 0 modulo 16 plus \skew, and checks that what a callee must keep is kept.
.macro INVOKE name, skew=0
    leaq -\skew(%rsp), %rsp
    movq %rsp, stack_pointer(%rip)
    movq $0x1111, %rbx
    movq $0x2222, %rbp
    movq $0x3333, %r14
    movq $0x4444, %r15
    call \name
    cmpq $0x1111, %rbx
    EXPECT e
    cmpq $0x2222, %rbp
    EXPECT e
    cmpq $0x3333, %r14
    EXPECT e
    cmpq $0x4444, %r15
    EXPECT e
    cmpq stack_pointer(%rip), %rsp
    EXPECT e
    leaq \skew(%rsp), %rsp
.endm

_start:
    movq $1, check_number(%rip)
    call blocks
    call arenas
    call pools
    call reset
    xorl %edi, %edi
    movl $SYS_EXIT, %eax
    syscall

fail:
    movq check_number(%rip), %rdi
    cmpq $255, %rdi
    jbe 1f
    movl $255, %edi
1:  movl $SYS_EXIT, %eax
    syscall

# mem_alloc, mem_free, and what stands in front of blocks.
blocks:
    cmpq $0, current_page_ptr(%rip)
    EXPECT e
    cmpq $4096, __sys_page_size(%rip)
    EXPECT e
    movq $32, %rdi
    INVOKE mem_alloc
    testq %rax, %rax
    EXPECT nz
    movq %rax, %r12
    # The page: magic, previous and next page, time, size; the block: its size; the memory: zero.
    movabsq $0x584F464C454F5A56, %rcx
    cmpq %rcx, -24(%r12)
    EXPECT e
    cmpq $0, -56(%r12)
    EXPECT e
    cmpq $0, -48(%r12)
    EXPECT e
    cmpq $0, -40(%r12)
    EXPECT g
    cmpq $4096, -32(%r12)
    EXPECT e
    cmpq $32, -8(%r12)
    EXPECT e
    cmpq $0, (%r12)
    EXPECT e
    cmpq $0, 24(%r12)
    EXPECT e
    leaq -56(%r12), %rax
    cmpq %rax, current_page_ptr(%rip)
    EXPECT e
    cmpq $96, current_offset(%rip)
    EXPECT e
    # With the other alignment of the stack, a size that is rounded up, and a large one.
    movq $5, %rdi
    INVOKE mem_alloc, 8
    leaq 48(%r12), %rcx
    cmpq %rcx, %rax
    EXPECT e
    movq $1000000, %rdi
    INVOKE mem_alloc, 8
    testq %rax, %rax
    EXPECT nz
    movq %rax, %r13
    movabsq $0x584F464C454F5A56, %rcx
    cmpq %rcx, -24(%r13)
    EXPECT e
    cmpq $0, 999992(%r13)
    EXPECT e
    movq %r13, %rdi
    INVOKE mem_free
    # Freed: the size is negative; freed again or within: nothing happens; the memory is used again, zeroed.
    movq $-1, (%r12)
    movq %r12, %rdi
    INVOKE mem_free
    cmpq $-32, -8(%r12)
    EXPECT e
    movq %r12, %rdi
    INVOKE mem_free
    cmpq $-32, -8(%r12)
    EXPECT e
    leaq 16(%r12), %rdi
    INVOKE mem_free
    # Null, foreign, unmapped.
    xorl %edi, %edi
    INVOKE mem_free
    leaq foreign+32(%rip), %rdi
    INVOKE mem_free
    movq $0x12345678, %rdi
    INVOKE mem_free
    movq $-8, %rdi
    INVOKE mem_free
    # Sizes that cannot be, and none.
    movq $-1, %rdi
    INVOKE mem_alloc
    testq %rax, %rax
    EXPECT z
    movabsq $0x7FFFFFFFFFFFFFFF, %rdi
    INVOKE mem_alloc
    testq %rax, %rax
    EXPECT z
    movabsq $0x8000000000000000, %rdi
    INVOKE mem_alloc
    testq %rax, %rax
    EXPECT z
    xorl %edi, %edi
    INVOKE mem_alloc
    testq %rax, %rax
    EXPECT nz
    ret

arenas:
    movq $1024, %rdi
    INVOKE arena_create, 8
    testq %rax, %rax
    EXPECT nz
    movq %rax, %r12
    leaq 32(%r12), %rcx
    cmpq %rcx, 0(%r12)
    EXPECT e
    cmpq %rcx, 8(%r12)
    EXPECT e
    leaq 1024(%r12), %rdx
    cmpq %rdx, 16(%r12)
    EXPECT e
    cmpq $0, 24(%r12)
    EXPECT e
    movq %r12, %rdi
    INVOKE arena_get_capacity
    cmpq $992, %rax
    EXPECT e
    # Byte by byte, the next one behind the last.
    movq %r12, %rdi
    movq $13, %rsi
    INVOKE arena_alloc, 8
    leaq 32(%r12), %rcx
    cmpq %rcx, %rax
    EXPECT e
    movq %r12, %rdi
    movq $979, %rsi
    INVOKE arena_alloc
    leaq 45(%r12), %rcx
    cmpq %rcx, %rax
    EXPECT e
    movq %r12, %rdi
    INVOKE arena_get_usage
    cmpq $992, %rax
    EXPECT e
    movq %r12, %rdi
    movq $1, %rsi
    INVOKE arena_alloc
    testq %rax, %rax
    EXPECT z
    movq %r12, %rdi
    INVOKE arena_reset
    movq %r12, %rdi
    INVOKE arena_get_usage
    testq %rax, %rax
    EXPECT z
    # A size that wraps round, a size below the header's, no arena.
    movq %r12, %rdi
    movq $-16, %rsi
    INVOKE arena_alloc
    testq %rax, %rax
    EXPECT z
    movq $31, %rdi
    INVOKE arena_create
    testq %rax, %rax
    EXPECT z
    leaq foreign(%rip), %rdi
    movq $8, %rsi
    INVOKE arena_alloc
    testq %rax, %rax
    EXPECT z
    xorl %edi, %edi
    INVOKE arena_reset
    xorl %edi, %edi
    INVOKE arena_get_usage
    testq %rax, %rax
    EXPECT z
    # A freed one is none.
    movq %r12, %rdi
    INVOKE mem_free
    movq %r12, %rdi
    movq $8, %rsi
    INVOKE arena_alloc
    testq %rax, %rax
    EXPECT z
    ret

pools:
    movabsq $0x4C4F4F50464F524D, %rcx
    cmpq %rcx, pool_magic_sig(%rip)
    EXPECT e
    movq $32, %rdi
    movq $2, %rsi
    INVOKE pool_create, 8
    testq %rax, %rax
    EXPECT nz
    movq %rax, %r12
    leaq 48(%r12), %rcx
    cmpq %rcx, 0(%r12)
    EXPECT e
    cmpq %rcx, 8(%r12)
    EXPECT e
    leaq 112(%r12), %rdx
    cmpq %rdx, 16(%r12)
    EXPECT e
    cmpq $32, 24(%r12)
    EXPECT e
    cmpq $0, 32(%r12)
    EXPECT e
    movabsq $0x4C4F4F50464F524D, %rcx
    cmpq %rcx, 40(%r12)
    EXPECT e
    movq %r12, %rdi
    INVOKE pool_validate
    cmpq $1, %rax
    EXPECT e
    movq %r12, %rdi
    INVOKE pool_alloc, 8
    leaq 48(%r12), %rcx
    cmpq %rcx, %rax
    EXPECT e
    movq %rax, %r13
    movq %r12, %rdi
    INVOKE pool_alloc
    leaq 80(%r12), %rcx
    cmpq %rcx, %rax
    EXPECT e
    movq %r12, %rdi
    INVOKE pool_alloc
    testq %rax, %rax
    EXPECT z
    # An object whose first word points into the pool is freed like any other; a second time it is not.
    movq %r12, (%r13)
    addq $80, (%r13)
    movq %r12, %rdi
    movq %r13, %rsi
    INVOKE pool_free, 8
    cmpq %r13, 32(%r12)
    EXPECT e
    movq %r12, %rdi
    movq %r13, %rsi
    INVOKE pool_free
    movq %r12, %rdi
    leaq 8(%r13), %rsi
    INVOKE pool_free
    movq %r12, %rdi
    leaq foreign(%rip), %rsi
    INVOKE pool_free
    movq %r12, %rdi
    xorl %esi, %esi
    INVOKE pool_free
    movq %r12, %rdi
    INVOKE pool_alloc
    cmpq %r13, %rax
    EXPECT e
    movq %r12, %rdi
    INVOKE pool_alloc
    testq %rax, %rax
    EXPECT z
    # What cannot be a pool.
    movq $7, %rdi
    movq $10, %rsi
    INVOKE pool_create
    testq %rax, %rax
    EXPECT z
    movq $32, %rdi
    movq $-1, %rsi
    INVOKE pool_create
    testq %rax, %rax
    EXPECT z
    movabsq $0x4000000000000000, %rdi
    movq $5, %rsi
    INVOKE pool_create
    testq %rax, %rax
    EXPECT z
    leaq foreign(%rip), %rdi
    INVOKE pool_validate
    testq %rax, %rax
    EXPECT z
    xorl %edi, %edi
    INVOKE pool_alloc
    testq %rax, %rax
    EXPECT z
    movq $0, 40(%r12)
    movq %r12, %rdi
    INVOKE pool_validate
    testq %rax, %rax
    EXPECT z
    ret

# mem_reset, and that all works again behind it.
reset:
    movq $10000, %r13
fill:
    movq $72, %rdi
    call mem_alloc
    testq %rax, %rax
    jz fail
    movq $-1, (%rax)
    decq %r13
    jnz fill
    movq %rax, %r12
    INVOKE mem_reset, 8
    movq current_page_ptr(%rip), %r13
    testq %r13, %r13
    EXPECT nz
    cmpq $0, 0(%r13)
    EXPECT e
    cmpq $0, 8(%r13)
    EXPECT e
    cmpq $48, current_offset(%rip)
    EXPECT e
    movq %r12, %rdi
    INVOKE mem_free
    movq $72, %rdi
    INVOKE mem_alloc
    leaq 56(%r13), %rcx
    cmpq %rcx, %rax
    EXPECT e
    cmpq $0, (%rax)
    EXPECT e
    ret

    .section .note.GNU-stack, "", @progbits
