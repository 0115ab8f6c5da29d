function build(n) {
  let s = "";
  for (let i = 0; i < n; i++) s += i + ",";
  return s;
}
let total = 0;
for (let k = 0; k < 20; k++) {
  const s = build(100000);
  total += s.length + s.split(",").length;
}
console.log(total);
