local function series(n)
  local list = nil
  for i = n, 1, -1 do list = {value = i, tail = list} end
  return list
end
local function reverse(list)
  local result = nil
  while list do
    local tail = list.tail
    list.tail = result
    result = list
    list = tail
  end
  return result
end
local function filter(list, limit)
  local result = nil
  while list do
    if list.value > limit then result = {value = list.value, tail = result} end
    list = list.tail
  end
  return result
end
local function sum(list)
  local result = 0
  while list do
    result = result + list.value
    list = list.tail
  end
  return result
end
local total = 0
for k = 0, 49 do
  local list = reverse(series(50000))
  total = total + list.value + sum(filter(list, k * 1000))
end
print(string.format("%d", total))
