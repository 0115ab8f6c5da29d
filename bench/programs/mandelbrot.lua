local function mandelbrot(n)
  local sum = 0
  for y = 0, n - 1 do
    local ci = 2.0 * y / n - 1.0
    for x = 0, n - 1 do
      local cr = 2.0 * x / n - 1.5
      local zr, zi, r2, i2 = 0.0, 0.0, 0.0, 0.0
      local k = 0
      while k < 50 and r2 + i2 <= 4.0 do
        zi = 2.0 * zr * zi + ci
        zr = r2 - i2 + cr
        r2 = zr * zr
        i2 = zi * zi
        k = k + 1
      end
      sum = sum + k
    end
  end
  return sum
end
print(mandelbrot(400))
