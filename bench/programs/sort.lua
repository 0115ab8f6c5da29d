local floor = math.floor
local function sort(a, low, high)
  while high - low > 12 do
    local pivot = a[floor((low + high) / 2)]
    local i, j = low, high
    while i <= j do
      while a[i] < pivot do i = i + 1 end
      while pivot < a[j] do j = j - 1 end
      if i <= j then
        a[i], a[j] = a[j], a[i]
        i = i + 1
        j = j - 1
      end
    end
    if j - low < high - i then
      sort(a, low, j)
      low = i
    else
      sort(a, i, high)
      high = j
    end
  end
  for i = low + 1, high do
    local x = a[i]
    local j = i - 1
    while j >= low and a[j] > x do
      a[j + 1] = a[j]
      j = j - 1
    end
    a[j + 1] = x
  end
end
local function random(n, limit)
  local a = {}
  local seed = 42
  for i = 1, n do
    seed = (seed * 3877 + 29573) % 139968
    a[i] = seed % limit
  end
  return a
end
local function check(n, limit)
  local a = random(n, limit)
  sort(a, 1, n)
  local sum = 0
  for i = 1, n - 1 do
    if a[i] > a[i + 1] then return "not sorted" end
    sum = sum + a[i + 1] * floor(i / 1000)
  end
  return string.format("%d", sum)
end
print(check(300000, 30))
print(check(300000, 139968))
