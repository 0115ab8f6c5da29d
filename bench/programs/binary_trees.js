class Node {
  constructor(left, right) {
    this.left = left;
    this.right = right;
  }
}
function make(d) {
  if (d === 0) return new Node(null, null);
  return new Node(make(d - 1), make(d - 1));
}
function check(t) {
  if (t.left === null) return 1;
  return 1 + check(t.left) + check(t.right);
}
const n = 16;
console.log(check(make(n + 1)));
const long = make(n);
for (let d = 4; d <= n; d += 4) {
  const reps = 1 << (n - d + 4);
  let c = 0;
  for (let i = 0; i < reps; i++) c += check(make(d));
  console.log(`${reps} trees of depth ${d} check ${c}`);
}
console.log(check(long));
