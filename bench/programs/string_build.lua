local function build(n)
  local t = {}
  for i = 0, n - 1 do
    t[#t + 1] = i
    t[#t + 1] = ","
  end
  return table.concat(t)
end
local total = 0
for k = 1, 20 do
  local s = build(100000)
  local parts = {}
  for part in string.gmatch(s .. ",", "([^,]*),") do parts[#parts + 1] = part end
  total = total + #s + #parts
end
print(total)
