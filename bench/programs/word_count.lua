local words = {}
for w in string.gmatch("satu dua tiga empat lima enam tujuh delapan sembilan sepuluh dua empat dua satu", "%S+") do
  words[#words + 1] = w
end
local count = {}
local k = 0
while k < 150000 do
  local i = 1
  while i <= #words do
    local w = words[i]
    count[w] = (count[w] or 0) + 1
    i = i + 1
  end
  k = k + 1
end
print(count.dua)
print(count["satu"])
print(count.sepuluh)
