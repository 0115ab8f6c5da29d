class Cell {
  constructor(value, tail) {
    this.value = value;
    this.tail = tail;
  }
}
function series(n) {
  let list = null;
  for (let i = n; i > 0; i--) list = new Cell(i, list);
  return list;
}
function reverse(list) {
  let result = null;
  while (list !== null) {
    const tail = list.tail;
    list.tail = result;
    result = list;
    list = tail;
  }
  return result;
}
function filter(list, limit) {
  let result = null;
  while (list !== null) {
    if (list.value > limit) result = new Cell(list.value, result);
    list = list.tail;
  }
  return result;
}
function sum(list) {
  let result = 0;
  while (list !== null) {
    result += list.value;
    list = list.tail;
  }
  return result;
}
let total = 0;
for (let k = 0; k < 50; k++) {
  const list = reverse(series(50000));
  total += list.value + sum(filter(list, k * 1000));
}
console.log(total);
