local floor, sqrt = math.floor, math.sqrt
local function a(i, j)
  -- The product is even, so this is the whole quotient.
  return 1.0 / ((i + j) * (i + j + 1) / 2 + i + 1)
end
local function times(n, v, result)
  for i = 0, n - 1 do
    local sum = 0.0
    for j = 0, n - 1 do sum = sum + a(i, j) * v[j + 1] end
    result[i + 1] = sum
  end
end
local function transposed_times(n, v, result)
  for i = 0, n - 1 do
    local sum = 0.0
    for j = 0, n - 1 do sum = sum + a(j, i) * v[j + 1] end
    result[i + 1] = sum
  end
end
local function array(n, x)
  local result = {}
  for i = 1, n do result[i] = x end
  return result
end
local function norm(n)
  local u, v, w = array(n, 1.0), array(n, 0.0), array(n, 0.0)
  for _ = 1, 10 do
    times(n, u, w)
    transposed_times(n, w, v)
    times(n, v, w)
    transposed_times(n, w, u)
  end
  local above, below = 0.0, 0.0
  for i = 1, n do
    above = above + u[i] * v[i]
    below = below + v[i] * v[i]
  end
  return sqrt(above / below)
end
print(string.format("%d", floor(norm(300) * 1000000000000.0)))
