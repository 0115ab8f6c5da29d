local function count_words(words, times)
  local count = {}
  for _ = 1, times do
    for i = 1, #words do
      local w = words[i]
      count[w] = (count[w] or 0) + 1
    end
  end
  return count
end
local words = {}
local text = "satu dua tiga empat lima enam tujuh delapan sembilan sepuluh dua empat dua satu"
for w in string.gmatch(text, "%S+") do
  words[#words + 1] = w
end
local count = count_words(words, 450000)
print(count.dua)
print(count["satu"])
print(count.sepuluh)
