local function commands()
  return {
    tambah = function(m, x) m.a = m.a + x end,
    kali = function(m, x) m.a = m.a * x % 65536 end,
    tukar = function(m) m.a, m.b = m.b, m.a end,
    gabung = function(m) m.a = (m.a + m.b) % 65536 end,
    hitung = function(m, x) m.steps = m.steps + x end,
  }
end
local function run(names, numbers, times)
  local handlers = commands()
  local m = {a = 1, b = 2, steps = 0}
  for _ = 1, times do
    for i = 1, #names do handlers[names[i]](m, numbers[i]) end
  end
  return m
end
local names = {}
for name in string.gmatch("tambah kali tukar gabung tambah hitung kali gabung tukar hitung", "%a+") do
  names[#names + 1] = name
end
local m = run(names, {7, 3, 0, 0, 11, 1, 5, 0, 0, 2}, 400000)
print(m.a)
print(m.b)
print(m.steps)
