local function turns(source, n)
  local a = {}
  for i = 1, n do a[i] = source[i] end
  local count = 0
  local first = a[1]
  while first ~= 1 do
    local i, j = 1, first
    while i < j do
      a[i], a[j] = a[j], a[i]
      i = i + 1
      j = j - 1
    end
    count = count + 1
    first = a[1]
  end
  return count
end
local function fannkuch(n)
  local order, left = {}, {}
  for i = 1, n do
    order[i] = i
    left[i] = i
  end
  local sum, most, sign = 0, 0, 1
  while true do
    local count = turns(order, n)
    sum = sum + sign * count
    if count > most then most = count end
    local r = 2
    while true do
      if r > n then return sum, most end
      local first = order[1]
      for i = 1, r - 1 do order[i] = order[i + 1] end
      order[r] = first
      left[r] = left[r] - 1
      if left[r] > 0 then break end
      left[r] = r
      r = r + 1
    end
    sign = -sign
  end
end
local sum, most = fannkuch(9)
print(sum)
print(most)
