function countWords(words, times) {
  const count = new Map();
  for (let k = 0; k < times; k++) {
    for (let i = 0; i < words.length; i++) {
      const w = words[i];
      count.set(w, (count.get(w) ?? 0) + 1);
    }
  }
  return count;
}
const words = "satu dua tiga empat lima enam tujuh delapan sembilan sepuluh dua empat dua satu".split(" ");
const count = countWords(words, 450000);
console.log(count.get("dua"));
console.log(count.get("satu"));
console.log(count.get("sepuluh"));
