function documentOf(n) {
  let text = "[";
  for (let i = 0; i < n; i++) {
    if (i > 0) text += ",\n ";
    text += `{"id": ${i}, "nama": "warga \\"${i * i}\\"", "aktif": `;
    text += i % 3 === 0 ? "true" : "false";
    text += `, "nilai": [${i * 7}, ${0 - i}, null, []], `;
    text += `"catatan": {"isi": "baris satu\\nbaris dua \\\\ akhir", "kosong": {}}}`;
  }
  return text + "]";
}

class Reader {
  constructor(text) {
    this.text = text;
    this.position = 0;
  }

  skip() {
    let c = this.text[this.position];
    while (c === " " || c === "\n") {
      this.position++;
      c = this.text[this.position];
    }
    return c;
  }

  readText() {
    const text = this.text;
    let result = "";
    let i = this.position + 1;
    let c = text[i];
    while (c !== '"') {
      if (c === "\\") {
        i++;
        c = text[i];
        if (c === "n") c = "\n";
      }
      result += c;
      i++;
      c = text[i];
    }
    this.position = i + 1;
    return result;
  }

  readNumber() {
    const text = this.text;
    let i = this.position;
    let sign = 1;
    if (text[i] === "-") {
      sign = -1;
      i++;
    }
    let result = 0;
    let k = text.charCodeAt(i);
    while (k >= 48 && k <= 57) {
      result = result * 10 + k - 48;
      i++;
      k = text.charCodeAt(i);
    }
    this.position = i;
    return result * sign;
  }

  readArray() {
    const result = [];
    this.position++;
    if (this.skip() === "]") {
      this.position++;
      return result;
    }
    for (;;) {
      result.push(this.readValue());
      const c = this.skip();
      this.position++;
      if (c === "]") return result;
    }
  }

  readObject() {
    const result = new Map();
    this.position++;
    if (this.skip() === "}") {
      this.position++;
      return result;
    }
    for (;;) {
      this.skip();
      const name = this.readText();
      this.skip();
      this.position++;
      result.set(name, this.readValue());
      const c = this.skip();
      this.position++;
      if (c === "}") return result;
    }
  }

  readValue() {
    const c = this.skip();
    if (c === "{") return this.readObject();
    if (c === "[") return this.readArray();
    if (c === '"') return this.readText();
    if (c === "t") {
      this.position += 4;
      return true;
    }
    if (c === "f") {
      this.position += 5;
      return false;
    }
    if (c === "n") {
      this.position += 4;
      return null;
    }
    return this.readNumber();
  }
}

function writeText(text) {
  let result = '"';
  for (let i = 0; i < text.length; i++) {
    const c = text[i];
    if (c === "\n") {
      result += "\\n";
    } else if (c === '"' || c === "\\") {
      result += "\\" + c;
    } else {
      result += c;
    }
  }
  return result + '"';
}

function writeValue(value) {
  if (typeof value === "string") return writeText(value);
  if (typeof value === "number") return "" + value;
  if (typeof value === "boolean") return value ? "true" : "false";
  if (value === null) return "null";
  if (Array.isArray(value)) {
    let result = "[";
    for (let i = 0; i < value.length; i++) {
      if (i > 0) result += ",";
      result += writeValue(value[i]);
    }
    return result + "]";
  }
  let result = "{";
  let first = true;
  for (const [name, field] of value) {
    if (!first) result += ",";
    first = false;
    result += writeText(name) + ":" + writeValue(field);
  }
  return result + "}";
}

function main(n, times) {
  let length = 0;
  let sum = 0;
  for (let k = 0; k < times; k++) {
    const text = writeValue(new Reader(documentOf(n + k)).readValue());
    const again = new Reader(text).readValue();
    if (writeValue(again) !== text) console.log("not the same");
    length += text.length;
    sum += again[n - 1].get("nilai")[0] + again[k].get("id") + again[n - 2].get("catatan").get("isi").length;
  }
  console.log(length);
  console.log(sum);
}
console.log(writeValue(new Reader(documentOf(2)).readValue()));
main(500, 10);
