class Machine {
  constructor(a, b) {
    this.a = a;
    this.b = b;
    this.steps = 0;
  }
}
function commands() {
  return new Map([
    ["tambah", (m, x) => { m.a += x; }],
    ["kali", (m, x) => { m.a = (m.a * x) & 65535; }],
    ["tukar", (m) => {
      const a = m.a;
      m.a = m.b;
      m.b = a;
    }],
    ["gabung", (m) => { m.a = (m.a + m.b) & 65535; }],
    ["hitung", (m, x) => { m.steps += x; }],
  ]);
}
function run(names, numbers, times) {
  const handlers = commands();
  const m = new Machine(1, 2);
  for (let k = 0; k < times; k++) {
    for (let i = 0; i < names.length; i++) handlers.get(names[i])(m, numbers[i]);
  }
  return m;
}
const names = "tambah kali tukar gabung tambah hitung kali gabung tukar hitung".split(" ");
const m = run(names, [7, 3, 0, 0, 11, 1, 5, 0, 0, 2], 400000);
console.log(m.a);
console.log(m.b);
console.log(m.steps);
