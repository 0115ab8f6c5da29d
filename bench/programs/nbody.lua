local sqrt = math.sqrt

local function body(x, y, z, vx, vy, vz, mass)
  return {x = x, y = y, z = z, vx = vx, vy = vy, vz = vz, mass = mass}
end

local function solar_system()
  local sun = 39.47841760435743
  local day = 365.24
  return {
    body(0.0, 0.0, 0.0, 0.0, 0.0, 0.0, sun),
    body(4.841431442464721, -1.1603200440274284, -0.10362204447112311, 0.001660076642744037 * day,
         0.007699011184197404 * day, -0.0000690460016972063 * day, 0.0009547919384243266 * sun),
    body(8.34336671824458, 4.124798564124305, -0.4035234171143214, -0.002767425107268624 * day,
         0.004998528012349172 * day, 0.000023041729757376393 * day, 0.0002858859806661308 * sun),
    body(12.894369562139131, -15.111151401698631, -0.22330757889265573, 0.002964601375647616 * day,
         0.0023784717395948095 * day, -0.000029658956854023756 * day, 0.00004366244043351563 * sun),
    body(15.379697114850917, -25.919314609987964, 0.17925877295037118, 0.0026806777249038932 * day,
         0.001628241700382423 * day, -0.00009515922545197159 * day, 0.000051513890204661145 * sun)}
end

local function advance(bodies, dt)
  local n = #bodies
  for i = 1, n do
    local a = bodies[i]
    for j = i + 1, n do
      local b = bodies[j]
      local dx = a.x - b.x
      local dy = a.y - b.y
      local dz = a.z - b.z
      local distance2 = dx * dx + dy * dy + dz * dz
      local pull = dt / (distance2 * sqrt(distance2))
      local ma = a.mass * pull
      local mb = b.mass * pull
      a.vx = a.vx - dx * mb
      a.vy = a.vy - dy * mb
      a.vz = a.vz - dz * mb
      b.vx = b.vx + dx * ma
      b.vy = b.vy + dy * ma
      b.vz = b.vz + dz * ma
    end
    a.x = a.x + dt * a.vx
    a.y = a.y + dt * a.vy
    a.z = a.z + dt * a.vz
  end
end

local function energy(bodies)
  local n = #bodies
  local e = 0.0
  for i = 1, n do
    local a = bodies[i]
    e = e + 0.5 * a.mass * (a.vx * a.vx + a.vy * a.vy + a.vz * a.vz)
    for j = i + 1, n do
      local b = bodies[j]
      local dx = a.x - b.x
      local dy = a.y - b.y
      local dz = a.z - b.z
      e = e - a.mass * b.mass / sqrt(dx * dx + dy * dy + dz * dz)
    end
  end
  return e
end

local bodies = solar_system()
print(string.format("%d", math.floor(energy(bodies) * -1000000000000.0)))
for _ = 1, 150000 do advance(bodies, 0.01) end
print(string.format("%d", math.floor(energy(bodies) * -1000000000000.0)))
