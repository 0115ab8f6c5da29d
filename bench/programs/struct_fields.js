class Particle {
  constructor(x, y, vx, vy) {
    this.x = x;
    this.y = y;
    this.vx = vx;
    this.vy = vy;
    this.bounces = 0;
  }
}
function move(p, width) {
  p.x += p.vx;
  p.y += p.vy;
  if (p.x < 0 || p.x > width) {
    p.vx = -p.vx;
    p.bounces++;
  }
  if (p.y < 0 || p.y > width) {
    p.vy = -p.vy;
    p.bounces++;
  }
}
const n = 1000;
const all = [];
for (let i = 0; i < n; i++) all.push(new Particle(i, n - i, i - 400, 300 - i));
for (let k = 0; k < 4000; k++) {
  for (let i = 0; i < n; i++) move(all[i], 100000);
}
let x = 0;
let y = 0;
let bounces = 0;
for (const p of all) {
  x += p.x;
  y += p.y;
  bounces += p.bounces;
}
console.log(x);
console.log(y);
console.log(bounces);
