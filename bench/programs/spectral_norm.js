function a(i, j) {
  // The product is even, so this is the whole quotient.
  return 1.0 / (((i + j) * (i + j + 1)) / 2 + i + 1);
}
function times(n, v, result) {
  for (let i = 0; i < n; i++) {
    let sum = 0.0;
    for (let j = 0; j < n; j++) sum += a(i, j) * v[j];
    result[i] = sum;
  }
}
function transposedTimes(n, v, result) {
  for (let i = 0; i < n; i++) {
    let sum = 0.0;
    for (let j = 0; j < n; j++) sum += a(j, i) * v[j];
    result[i] = sum;
  }
}
function norm(n) {
  const u = new Array(n).fill(1.0);
  const v = new Array(n).fill(0.0);
  const w = new Array(n).fill(0.0);
  for (let k = 0; k < 10; k++) {
    times(n, u, w);
    transposedTimes(n, w, v);
    times(n, v, w);
    transposedTimes(n, w, u);
  }
  let above = 0.0;
  let below = 0.0;
  for (let i = 0; i < n; i++) {
    above += u[i] * v[i];
    below += v[i] * v[i];
  }
  return Math.sqrt(above / below);
}
console.log(Math.floor(norm(300) * 1000000000000.0));
