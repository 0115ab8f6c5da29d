local function add(n)
  local i, x = 0, 0
  while i < n do
    x = x + i
    i = i + 1
  end
  return x
end
print(string.format("%d", add(100000000)))
