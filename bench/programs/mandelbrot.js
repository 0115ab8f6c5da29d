function mandelbrot(n) {
  let sum = 0;
  for (let y = 0; y < n; y++) {
    const ci = (2.0 * y) / n - 1.0;
    for (let x = 0; x < n; x++) {
      const cr = (2.0 * x) / n - 1.5;
      let zr = 0.0;
      let zi = 0.0;
      let r2 = 0.0;
      let i2 = 0.0;
      let k = 0;
      while (k < 50 && r2 + i2 <= 4.0) {
        zi = 2.0 * zr * zi + ci;
        zr = r2 - i2 + cr;
        r2 = zr * zr;
        i2 = zi * zi;
        k++;
      }
      sum += k;
    }
  }
  return sum;
}
console.log(mandelbrot(400));
