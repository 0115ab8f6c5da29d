"""Writes the typed programs that `tools/bench morphsh` compiles.

`typed_program.py FOLDER LINES`: FOLDER/program.fox, of groups of constants, structures, an interface, methods,
functions with chains of `lain jika`, loops, maps and literals; every group calls the one before it. Nothing is random,
and no two groups have the same names and numbers.

write_modules(FOLDER) writes four files of about 940 lines together, in the manner of the sources of a compiler that is
written in Morph: tokens (constants and a map), a lexer (one method with a long chain), trees (small structures with
two methods each) and a parser (methods that build trees), under FOLDER/parts, and FOLDER/main.fox that imports them.
"""

import os
import sys

GROUP = """\
tetapan BATAS_{i} = {a}
tetapan NAMA_{i} = "bagian {i}"

struktur Barang_{i}
    nama string
    jumlah int
    harga float
    bagian []int
    letak map[string]int
    induk *Barang_{j}
akhir

antarmuka Terhitung_{i}
    fungsi Nilai_{i}(kali int) int
    fungsi Nama_{i}() string
akhir

fungsi (b *Barang_{i}) Nilai_{i}(kali int) int
    var hasil = b.jumlah * kali + BATAS_{i}
    jika b.induk != kosong
        hasil = hasil - b.induk.jumlah % {b}
    akhir
    b.letak["{i}"] = hasil
    kembali hasil + panjang(b.bagian)
akhir

fungsi (b *Barang_{i}) Nama_{i}() string
    kembali b.nama + "/" + NAMA_{i}
akhir

fungsi golong_{i}(ch string, n int) (int, string)
    jika ch == "{c}"
        kembali {a}, "sama"
    lain jika ch >= "a" dan ch <= "z"
        var kode = ch[0]
        kembali kode + n, "huruf"
    lain jika ch >= "0" dan ch <= "9"
        kembali n * {b}, "angka"
    lain jika ch == "" atau n < 0
        kembali -1, NAMA_{i}
    lain
        kembali n, ch
    akhir
akhir

fungsi hitung_{i}(dari_mana int) int
    var jumlah, i = 0, dari_mana
    selama i < BATAS_{i}
        var nilai, jenis = golong_{i}(substring("{c}x9 ?", i % 4, i % 4 + 1), i)
        jika jenis == "huruf"
            i = i + 2
            lanjut
        akhir
        jumlah = jumlah + nilai
        i = i + 1
    akhir
    var barang = &Barang_{i}{{
        nama: "b{i}",
        jumlah: jumlah,
        bagian: [i, {a}, {b}],
    }}
    var t Terhitung_{i} = barang
    kembali t.Nilai_{i}({b}) + hitung_{j}(i) - panjang(t.Nama_{i}())
akhir

"""

FIRST = """\
struktur Barang_0
    jumlah int
akhir

fungsi hitung_0(n int) int
    kembali n
akhir

"""


def text(lines):
    """A program of about `lines` lines."""
    groups = max(1, (lines - FIRST.count("\n")) // GROUP.count("\n"))
    parts = [FIRST]
    for i in range(1, groups + 1):
        parts.append(GROUP.format(i=i, j=i - 1, a=i % 97 + 3, b=i % 13 + 2, c="abcdefghij"[i % 10]))
    parts.append("fungsi main() void\n    native_print_int(hitung_1(0))\nakhir\n")
    return "".join(parts)


def write(folder, lines):
    path = os.path.join(folder, f"program_{lines}.fox")
    with open(path, "w", encoding="utf-8") as file:
        file.write(text(lines))
    return path


MARKS = "= + - ! * / % < > == != <= >= & | ^ ~ << >> , ; : . ( ) { } [ ]".split()
WORDS = ("fungsi jika lain akhir var tetapan kembali selama pilih kasus berhenti lanjut benar salah kosong dan atau "
         "struktur antarmuka map ambil dari native").split()
TREES = ("Program Blok Nama Angka Pecahan Teks Boolean Kosong Awalan Sisipan Panggil Jika Selama Kembali Variabel "
         "Fungsi Indeks Anggota").split()


def tokens_module():
    out = ["struktur Token", "    Type string", "    Literal string", "    Line int", "    Column int", "akhir", ""]
    out += [f'tetapan MARK_{i} = "{mark}"' for i, mark in enumerate(MARKS)]
    out += [f'tetapan {word.upper()} = "{word.upper()}"' for word in WORDS]
    out += ['tetapan EOF = "EOF"', 'tetapan NAME = "NAME"', 'tetapan INT = "INT"', 'tetapan STRING = "STRING"', ""]
    out += ["var keywords = {"] + [f'    "{word}": {word.upper()},' for word in WORDS] + ["}", ""]
    out += ["fungsi LookupIdent(word string) string", "    var found = keywords[word]", '    jika found == ""',
            "        kembali NAME", "    akhir", "    kembali found", "akhir"]
    return out


def lexer_module():
    out = ['ambil "parts/tokens"', 'ambil "string"', "", "struktur Lexer", "    input string", "    position int",
           "    ch string", "    line int", "    column int", "akhir", "", "fungsi NewLexer(input string) *Lexer",
           '    var l = &Lexer{input: input, ch: "", line: 1}', "    l.read()", "    kembali l", "akhir", "",
           "fungsi (l *Lexer) read() void", "    jika l.position >= string.Length(l.input)", '        l.ch = ""',
           "    lain", "        l.ch = substring(l.input, l.position, l.position + 1)", "    akhir",
           "    l.position = l.position + 1", "    l.column = l.column + 1", "akhir", "",
           "fungsi is_letter(ch string) bool", '    kembali ch >= "a" dan ch <= "z" atau ch >= "A" dan ch <= "Z"',
           "akhir", "", "fungsi is_digit(ch string) bool", '    kembali ch >= "0" dan ch <= "9"', "akhir", ""]
    for name, test in (("word", "is_letter"), ("number", "is_digit")):
        out += [f"fungsi (l *Lexer) {name}() string", "    var start = l.position - 1", f"    selama {test}(l.ch)",
                "        l.read()", "    akhir", "    kembali substring(l.input, start, l.position - 1)", "akhir", ""]
    out += ["fungsi (l *Lexer) NextToken() Token", '    selama l.ch == " " atau l.ch == "\\n"', "        l.read()",
            "    akhir", "    var tok Token", "    tok.Line = l.line", "    tok.Column = l.column", '    jika l.ch == ""',
            "        tok.Type = EOF"]
    for i, mark in enumerate(MARKS):
        if len(mark) == 1:
            out += [f'    lain jika l.ch == "{mark}"', "        var literal = l.ch",
                    f"        tok = Token{{Type: MARK_{i}, Literal: literal, Line: l.line}}", "        l.read()"]
    out += ["    lain jika is_letter(l.ch)", "        tok.Literal = l.word()", "        tok.Type = LookupIdent(tok.Literal)",
            "    lain jika is_digit(l.ch)", "        tok = Token{", "            Type: INT,",
            "            Literal: l.number(),", "        }", "    lain", "        l.read()", "    akhir", "    kembali tok",
            "akhir"]
    return out


def trees_module():
    out = ['ambil "parts/tokens"', "", "antarmuka Node", "    fungsi Literal() string",
           "    fungsi Accept(v Visitor) void", "akhir", "", "antarmuka Visitor"]
    out += [f"    fungsi Visit{tree}(n *{tree}) void" for tree in TREES] + ["akhir", ""]
    for tree in TREES:
        out += [f"struktur {tree}", "    token Token", "    left Node", "    right Node", "    parts []Node", "akhir", "",
                f"fungsi (n *{tree}) Literal() string", "    jika n.left != kosong",
                '        kembali n.token.Literal + "(" + n.left.Literal() + ")"', "    akhir",
                "    kembali n.token.Literal", "akhir", "", f"fungsi (n *{tree}) Accept(v Visitor) void",
                f"    v.Visit{tree}(n)", "akhir", ""]
    return out


def parser_module():
    out = ['ambil "parts/trees"', 'ambil "parts/lexer"', 'ambil "parts/tokens"', "", "tetapan LOWEST = 0", "",
           "var powers = {"] + [f"    MARK_{i}: {i % 7 + 1}," for i in range(1, 12)]
    out += ["}", "", "struktur Parser", "    lexer *Lexer", "    current Token", "    peek Token", "    errors []string",
            "akhir", "", "fungsi NewParser(l *Lexer) *Parser", "    var p = &Parser{lexer: l, errors: []}",
            "    p.next()", "    p.next()", "    kembali p", "akhir", "", "fungsi (p *Parser) next() void",
            "    p.current = p.peek", "    p.peek = p.lexer.NextToken()", "akhir", ""]
    for tree in TREES:
        out += [f"fungsi (p *Parser) parse{tree}(level int) Node", f"    var node = &{tree}{{token: p.current}}",
                "    p.next()", "    jika p.current.Type == EOF", f'        p.errors = p.errors + ["{tree}: end"]',
                "        kembali node", "    akhir", "    selama powers[p.current.Type] > level",
                "        var token = p.current", "        p.next()",
                f"        node = &{tree}{{token: token, left: node, right: p.parse{tree}(powers[token.Type])}}",
                "    akhir", "    kembali node", "akhir", ""]
    return out


def write_modules(folder):
    """The path of the program that imports the four files, and their lines together."""
    parts = os.path.join(folder, "parts")
    os.makedirs(parts, exist_ok=True)
    count = 0
    for name, lines in (("tokens", tokens_module()), ("lexer", lexer_module()), ("trees", trees_module()),
                        ("parser", parser_module())):
        count += len(lines)
        with open(os.path.join(parts, name + ".fox"), "w", encoding="utf-8") as file:
            file.write("\n".join(lines) + "\n")
    main = os.path.join(folder, "main.fox")
    with open(main, "w", encoding="utf-8") as file:
        file.write('ambil "parts/parser"\nambil "parts/lexer"\n\nfungsi main() void\n'
                   '    var p = NewParser(NewLexer("1 + 2 * 3"))\n'
                   '    native_print(p.parseAngka(LOWEST).Literal())\nakhir\n')
    return main, count + 7


if __name__ == "__main__":
    write(sys.argv[1], int(sys.argv[2]))
