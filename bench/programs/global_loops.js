// Without a declaration: properties of the global object.
i = 0;
x = 0;
while (i < 50000000) {
  x = x + i;
  i = i + 1;
}
console.log(x);
