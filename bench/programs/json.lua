local byte, concat, sub = string.byte, table.concat, string.sub

local function document(n)
  local text = {"["}
  for i = 0, n - 1 do
    if i > 0 then text[#text + 1] = ",\n " end
    text[#text + 1] = '{"id": ' .. i .. ', "nama": "warga \\"' .. i * i .. '\\"", "aktif": '
    text[#text + 1] = i % 3 == 0 and "true" or "false"
    text[#text + 1] = ', "nilai": [' .. i * 7 .. ", " .. 0 - i .. ", null, []], "
    text[#text + 1] = '"catatan": {"isi": "baris satu\\nbaris dua \\\\ akhir", "kosong": {}}}'
  end
  text[#text + 1] = "]"
  return concat(text)
end

-- Values of their own for null, arrays (with their length) and objects (with their names in order).
local null = {}
local Array, Object = {}, {}

local text, position

local function skip()
  local c = sub(text, position, position)
  while c == " " or c == "\n" do
    position = position + 1
    c = sub(text, position, position)
  end
  return c
end

local function read_text()
  local result = {}
  local i = position + 1
  local c = sub(text, i, i)
  while c ~= '"' do
    if c == "\\" then
      i = i + 1
      c = sub(text, i, i)
      if c == "n" then c = "\n" end
    end
    result[#result + 1] = c
    i = i + 1
    c = sub(text, i, i)
  end
  position = i + 1
  return concat(result)
end

local function read_number()
  local i = position
  local sign = 1
  if sub(text, i, i) == "-" then
    sign = -1
    i = i + 1
  end
  local result = 0
  local k = byte(text, i)
  while k >= 48 and k <= 57 do
    result = result * 10 + k - 48
    i = i + 1
    k = byte(text, i)
  end
  position = i
  return result * sign
end

local read_value

local function read_array()
  local items, n = {}, 0
  local result = {kind = Array, items = items, n = 0}
  position = position + 1
  if skip() == "]" then
    position = position + 1
    return result
  end
  while true do
    n = n + 1
    items[n] = read_value()
    local c = skip()
    position = position + 1
    if c == "]" then
      result.n = n
      return result
    end
  end
end

local function read_object()
  local names, fields = {}, {}
  local result = {kind = Object, names = names, fields = fields}
  position = position + 1
  if skip() == "}" then
    position = position + 1
    return result
  end
  while true do
    skip()
    local name = read_text()
    skip()
    position = position + 1
    names[#names + 1] = name
    fields[name] = read_value()
    local c = skip()
    position = position + 1
    if c == "}" then return result end
  end
end

read_value = function()
  local c = skip()
  if c == "{" then return read_object() end
  if c == "[" then return read_array() end
  if c == '"' then return read_text() end
  if c == "t" then
    position = position + 4
    return true
  end
  if c == "f" then
    position = position + 5
    return false
  end
  if c == "n" then
    position = position + 4
    return null
  end
  return read_number()
end

local function read(source)
  text, position = source, 1
  return read_value()
end

local function write_text(out, value)
  out[#out + 1] = '"'
  for i = 1, #value do
    local c = sub(value, i, i)
    if c == "\n" then
      out[#out + 1] = "\\n"
    elseif c == '"' or c == "\\" then
      out[#out + 1] = "\\"
      out[#out + 1] = c
    else
      out[#out + 1] = c
    end
  end
  out[#out + 1] = '"'
end

local function write_value(out, value)
  local kind = type(value)
  if kind == "string" then
    write_text(out, value)
  elseif kind == "number" then
    out[#out + 1] = value
  elseif kind == "boolean" then
    out[#out + 1] = value and "true" or "false"
  elseif value == null then
    out[#out + 1] = "null"
  elseif value.kind == Array then
    out[#out + 1] = "["
    for i = 1, value.n do
      if i > 1 then out[#out + 1] = "," end
      write_value(out, value.items[i])
    end
    out[#out + 1] = "]"
  else
    out[#out + 1] = "{"
    local names = value.names
    for i = 1, #names do
      if i > 1 then out[#out + 1] = "," end
      write_text(out, names[i])
      out[#out + 1] = ":"
      write_value(out, value.fields[names[i]])
    end
    out[#out + 1] = "}"
  end
end

local function write(value)
  local out = {}
  write_value(out, value)
  return concat(out)
end

local function main(n, times)
  local length, sum = 0, 0
  for k = 0, times - 1 do
    local written = write(read(document(n + k)))
    local again = read(written)
    if write(again) ~= written then print("not the same") end
    length = length + #written
    local items = again.items
    sum = sum + items[n].fields.nilai.items[1] + items[k + 1].fields.id
    sum = sum + #items[n - 1].fields.catatan.fields.isi
  end
  print(length)
  print(sum)
end
print(write(read(document(2))))
main(500, 10)
