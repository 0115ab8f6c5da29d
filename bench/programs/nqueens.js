function place(n, row, columns, up, down) {
  if (row === n) return 1;
  let count = 0;
  for (let k = 0; k < n; k++) {
    if (columns[k] && up[row + k] && down[row - k + n]) {
      columns[k] = false;
      up[row + k] = false;
      down[row - k + n] = false;
      count += place(n, row + 1, columns, up, down);
      columns[k] = true;
      up[row + k] = true;
      down[row - k + n] = true;
    }
  }
  return count;
}
function queens(n) {
  const free = (size) => new Array(size).fill(true);
  return place(n, 0, free(n), free(2 * n), free(2 * n));
}
console.log(queens(4));
console.log(queens(8));
console.log(queens(12));
