function words(n) {
  const result = [];
  for (let i = 0; i < n; i++) result.push("kata" + i * i);
  return result;
}
let parts = words(20000);
let total = 0;
for (let k = 0; k < 100; k++) {
  const text = parts.join(",");
  parts = text.split(",");
  total += text.length + parts.length + parts[k].length;
}
console.log(total);
console.log(parts[parts.length - 1]);
