"""Writes the program that `tools/bench compile` compiles, and its twin in Lua, with the same statements.

`program.py FOLDER [LINES]`: FOLDER/program.fox and FOLDER/program.lua, of functions of ten lines with two
branches each, every one of which calls the one before it. Numbers and every second name differ from
function to function, as they would in real programs; nothing is random.
"""

import os
import sys

LINES_PER_FUNCTION = 10

FOX = """\
fungsi hitung_{i}(jumlah, harga)
  total = jumlah * {a} + harga
  jika total > {b}
    total = total - hitung_{j}(harga, {c})
  lainnya
    total = total + jumlah - {d}
  akhir
  sisa_{i} = total - harga * {e}
  kembalikan sisa_{i} + total
akhir
"""

LUA = """\
function hitung_{i}(jumlah, harga)
  local total = jumlah * {a} + harga
  if total > {b} then
    total = total - hitung_{j}(harga, {c})
  else
    total = total + jumlah - {d}
  end
  local sisa_{i} = total - harga * {e}
  return sisa_{i} + total
end
"""


def text(template, lines):
    """`lines` lines, rounded down to whole functions. The first function calls itself."""
    parts = []
    for i in range(lines // LINES_PER_FUNCTION):
        numbers = {"a": i % 7 + 2, "b": i % 1000 + 100, "c": i % 10, "d": i % 50 + 1, "e": i % 3 + 1}
        parts.append(template.format(i=i, j=max(i - 1, 0), **numbers))
    return "".join(parts)


def write(folder, lines):
    """The paths of the program and its twin."""
    paths = []
    for name, template in (("program.fox", FOX), ("program.lua", LUA)):
        paths.append(os.path.join(folder, name))
        with open(paths[-1], "w", encoding="utf-8") as file:
            file.write(text(template, lines))
    return paths


if __name__ == "__main__":
    write(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 112500)
