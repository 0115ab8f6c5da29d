class Body {
  constructor(x, y, z, vx, vy, vz, mass) {
    this.x = x;
    this.y = y;
    this.z = z;
    this.vx = vx;
    this.vy = vy;
    this.vz = vz;
    this.mass = mass;
  }
}

function solarSystem() {
  const sun = 39.47841760435743;
  const day = 365.24;
  return [
    new Body(0.0, 0.0, 0.0, 0.0, 0.0, 0.0, sun),
    new Body(4.841431442464721, -1.1603200440274284, -0.10362204447112311, 0.001660076642744037 * day,
             0.007699011184197404 * day, -0.0000690460016972063 * day, 0.0009547919384243266 * sun),
    new Body(8.34336671824458, 4.124798564124305, -0.4035234171143214, -0.002767425107268624 * day,
             0.004998528012349172 * day, 0.000023041729757376393 * day, 0.0002858859806661308 * sun),
    new Body(12.894369562139131, -15.111151401698631, -0.22330757889265573, 0.002964601375647616 * day,
             0.0023784717395948095 * day, -0.000029658956854023756 * day, 0.00004366244043351563 * sun),
    new Body(15.379697114850917, -25.919314609987964, 0.17925877295037118, 0.0026806777249038932 * day,
             0.001628241700382423 * day, -0.00009515922545197159 * day, 0.000051513890204661145 * sun)];
}

function advance(bodies, dt) {
  const n = bodies.length;
  for (let i = 0; i < n; i++) {
    const a = bodies[i];
    for (let j = i + 1; j < n; j++) {
      const b = bodies[j];
      const dx = a.x - b.x;
      const dy = a.y - b.y;
      const dz = a.z - b.z;
      const distance2 = dx * dx + dy * dy + dz * dz;
      const pull = dt / (distance2 * Math.sqrt(distance2));
      const ma = a.mass * pull;
      const mb = b.mass * pull;
      a.vx -= dx * mb;
      a.vy -= dy * mb;
      a.vz -= dz * mb;
      b.vx += dx * ma;
      b.vy += dy * ma;
      b.vz += dz * ma;
    }
    a.x += dt * a.vx;
    a.y += dt * a.vy;
    a.z += dt * a.vz;
  }
}

function energy(bodies) {
  const n = bodies.length;
  let e = 0.0;
  for (let i = 0; i < n; i++) {
    const a = bodies[i];
    e += 0.5 * a.mass * (a.vx * a.vx + a.vy * a.vy + a.vz * a.vz);
    for (let j = i + 1; j < n; j++) {
      const b = bodies[j];
      const dx = a.x - b.x;
      const dy = a.y - b.y;
      const dz = a.z - b.z;
      e -= (a.mass * b.mass) / Math.sqrt(dx * dx + dy * dy + dz * dz);
    }
  }
  return e;
}

const bodies = solarSystem();
console.log(Math.floor(energy(bodies) * -1000000000000.0));
for (let i = 0; i < 150000; i++) advance(bodies, 0.01);
console.log(Math.floor(energy(bodies) * -1000000000000.0));
