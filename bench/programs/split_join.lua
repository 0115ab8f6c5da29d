local function words(n)
  local result = {}
  for i = 0, n - 1 do result[i + 1] = "kata" .. i * i end
  return result
end
local function split(text)
  local parts = {}
  for part in string.gmatch(text, "[^,]+") do parts[#parts + 1] = part end
  return parts
end
local parts = words(20000)
local total = 0
for k = 1, 100 do
  local text = table.concat(parts, ",")
  parts = split(text)
  total = total + #text + #parts + #parts[k]
end
print(total)
print(parts[#parts])
