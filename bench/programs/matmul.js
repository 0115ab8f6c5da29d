function matrix(n, seed) {
  const m = [];
  for (let i = 0; i < n; i++) {
    const row = [];
    for (let j = 0; j < n; j++) row.push((i - j) * (i + j) + seed);
    m.push(row);
  }
  return m;
}
function transpose(m, n) {
  const result = [];
  for (let i = 0; i < n; i++) {
    const row = [];
    for (let j = 0; j < n; j++) row.push(m[j][i]);
    result.push(row);
  }
  return result;
}
function multiply(a, b, n) {
  const c = transpose(b, n);
  const result = [];
  for (let i = 0; i < n; i++) {
    const left = a[i];
    const row = [];
    for (let j = 0; j < n; j++) {
      const right = c[j];
      let sum = 0;
      for (let k = 0; k < n; k++) sum += left[k] * right[k];
      row.push(sum);
    }
    result.push(row);
  }
  return result;
}
const n = 240;
const c = multiply(matrix(n, 1), matrix(n, 2), n);
const middle = n / 2;
for (const x of [c[0][0], c[middle][middle], c[3][n - 1], c[n - 1][7]]) console.log(x);
