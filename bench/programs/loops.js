function add(n) {
  let i = 0;
  let x = 0;
  while (i < n) {
    x = x + i;
    i = i + 1;
  }
  return x;
}
console.log(add(100000000));
