local function matrix(n, seed)
  local m = {}
  for i = 0, n - 1 do
    local row = {}
    for j = 0, n - 1 do row[j + 1] = (i - j) * (i + j) + seed end
    m[i + 1] = row
  end
  return m
end
local function transpose(m, n)
  local result = {}
  for i = 1, n do
    local row = {}
    for j = 1, n do row[j] = m[j][i] end
    result[i] = row
  end
  return result
end
local function multiply(a, b, n)
  local c = transpose(b, n)
  local result = {}
  for i = 1, n do
    local left = a[i]
    local row = {}
    for j = 1, n do
      local right = c[j]
      local sum = 0
      for k = 1, n do sum = sum + left[k] * right[k] end
      row[j] = sum
    end
    result[i] = row
  end
  return result
end
local n = 240
local c = multiply(matrix(n, 1), matrix(n, 2), n)
local middle = n / 2 + 1
for _, x in ipairs({c[1][1], c[middle][middle], c[4][n], c[n][8]}) do print(string.format("%d", x)) end
