local function free(n)
  local a = {}
  for i = 1, n do a[i] = true end
  return a
end
local function place(n, row, columns, up, down)
  if row > n then return 1 end
  local count = 0
  for k = 1, n do
    if columns[k] and up[row + k - 1] and down[row - k + n] then
      columns[k] = false
      up[row + k - 1] = false
      down[row - k + n] = false
      count = count + place(n, row + 1, columns, up, down)
      columns[k] = true
      up[row + k - 1] = true
      down[row - k + n] = true
    end
  end
  return count
end
local function queens(n)
  return place(n, 1, free(n), free(2 * n), free(2 * n))
end
print(queens(4))
print(queens(8))
print(queens(12))
