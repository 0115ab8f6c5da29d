function sort(a, low, high) {
  while (high - low > 12) {
    const pivot = a[(low + high) >> 1];
    let i = low;
    let j = high;
    while (i <= j) {
      while (a[i] < pivot) i++;
      while (pivot < a[j]) j--;
      if (i <= j) {
        const x = a[i];
        a[i] = a[j];
        a[j] = x;
        i++;
        j--;
      }
    }
    if (j - low < high - i) {
      sort(a, low, j);
      low = i;
    } else {
      sort(a, i, high);
      high = j;
    }
  }
  for (let i = low + 1; i <= high; i++) {
    const x = a[i];
    let j = i - 1;
    while (j >= low && a[j] > x) {
      a[j + 1] = a[j];
      j--;
    }
    a[j + 1] = x;
  }
}
function random(n, limit) {
  const a = [];
  let seed = 42;
  for (let i = 0; i < n; i++) {
    seed = (seed * 3877 + 29573) % 139968;
    a.push(seed % limit);
  }
  return a;
}
function check(n, limit) {
  const a = random(n, limit);
  sort(a, 0, n - 1);
  let sum = 0;
  for (let i = 1; i < n; i++) {
    if (a[i - 1] > a[i]) return "not sorted";
    sum += a[i] * Math.floor(i / 1000);
  }
  return sum;
}
console.log(check(300000, 30));
console.log(check(300000, 139968));
