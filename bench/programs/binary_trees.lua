local function make(d)
  if d == 0 then return {false, false} end
  return {make(d-1), make(d-1)}
end
local function check(t)
  if not t[1] then return 1 end
  return 1 + check(t[1]) + check(t[2])
end
local n = 16
print(check(make(n+1)))
local long = make(n)
for d = 4, n, 4 do
  local reps = 1
  for _ = 1, n - d + 4 do reps = reps * 2 end
  local c = 0
  for i = 1, reps do c = c + check(make(d)) end
  print(reps .. " trees of depth " .. d .. " check " .. c)
end
print(check(long))
