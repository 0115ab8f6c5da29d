local function move(p, width)
  p.x = p.x + p.vx
  p.y = p.y + p.vy
  if p.x < 0 or p.x > width then
    p.vx = -p.vx
    p.bounces = p.bounces + 1
  end
  if p.y < 0 or p.y > width then
    p.vy = -p.vy
    p.bounces = p.bounces + 1
  end
end
local n = 1000
local all = {}
for i = 0, n - 1 do all[i + 1] = {x = i, y = n - i, vx = i - 400, vy = 300 - i, bounces = 0} end
for _ = 1, 4000 do
  for i = 1, n do move(all[i], 100000) end
end
local x, y, bounces = 0, 0, 0
for i = 1, n do
  local p = all[i]
  x = x + p.x
  y = y + p.y
  bounces = bounces + p.bounces
end
print(x)
print(y)
print(bounces)
