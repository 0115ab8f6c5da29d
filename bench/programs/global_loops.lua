i = 0
x = 0
while i < 50000000 do
  x = x + i
  i = i + 1
end
print(string.format("%d", x))
