function counter() {
  let n = 0;
  return (d) => {
    n += d;
    return n;
  };
}
let total = 0;
for (let k = 0; k < 200; k++) {
  const f = counter();
  for (let i = 0; i < 100000; i++) f(i);
  total += f(0);
}
console.log(total);
