local function sieve(n)
  local a = {}
  for i = 0, n - 1 do a[i] = 1 end
  local i = 2
  while i * i < n do
    if a[i] == 1 then
      local j = i * i
      while j < n do
        a[j] = 0
        j = j + i
      end
    end
    i = i + 1
  end
  local c = 0
  i = 2
  while i < n do
    c = c + a[i]
    i = i + 1
  end
  return c
end
print(sieve(4000000))
