i = 0
x = 0
while i < 100000000 do
  x = x + i
  i = i + 1
end
print(string.format("%d", x))
