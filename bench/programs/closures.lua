local function counter()
  local n = 0
  return function(d)
    n = n + d
    return n
  end
end
local total = 0
local k = 0
while k < 200 do
  local f = counter()
  local i = 0
  while i < 100000 do
    f(i)
    i = i + 1
  end
  total = total + f(0)
  k = k + 1
end
print(total)
