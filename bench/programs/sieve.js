function sieve(n) {
  const a = new Array(n).fill(1);
  for (let i = 2; i * i < n; i++) {
    if (a[i] === 1) {
      for (let j = i * i; j < n; j += i) a[j] = 0;
    }
  }
  let c = 0;
  for (let i = 2; i < n; i++) c += a[i];
  return c;
}
console.log(sieve(4000000));
