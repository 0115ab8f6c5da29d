function turns(source) {
  const a = source.slice();
  let count = 0;
  let first = a[0];
  while (first !== 0) {
    for (let i = 0, j = first; i < j; i++, j--) {
      const x = a[i];
      a[i] = a[j];
      a[j] = x;
    }
    count++;
    first = a[0];
  }
  return count;
}
function fannkuch(n) {
  const order = [];
  const left = [];
  for (let i = 0; i < n; i++) {
    order.push(i);
    left.push(i + 1);
  }
  let sum = 0;
  let most = 0;
  let sign = 1;
  for (;;) {
    const count = turns(order);
    sum += sign * count;
    if (count > most) most = count;
    for (let r = 1; ; r++) {
      if (r === n) return [sum, most];
      const first = order[0];
      for (let i = 0; i < r; i++) order[i] = order[i + 1];
      order[r] = first;
      left[r]--;
      if (left[r] > 0) break;
      left[r] = r + 1;
    }
    sign = -sign;
  }
}
const [sum, most] = fannkuch(9);
console.log(sum);
console.log(most);
