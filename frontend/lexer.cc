#include "frontend/lexer.h"

#include <algorithm>
#include <array>

namespace foxvm::frontend {

namespace {

constexpr std::array<absl::string_view, 61> kTokenNames = {
    "EOF",      "ILLEGAL", "IDENT", "INT",       "FLOAT",   "STRING",     "STRING",   "#{",     "=",
    "==",       "!=",      "!",     "+",         "-",       "*",          "/",        "<",      "<=",
    "<<",       ">",       ">=",    ">>",        "&",       "|",          "^",        "~",      ";",
    ":",        ",",       ".",     "(",         ")",       "{",          "}",        "[",      "]",
    "%",        "STRUKTUR", "FUNGSI", "JIKA",    "ATAU_JIKA", "LAINNYA",  "KEMBALIKAN", "BENAR", "SALAH",
    "KOSONG",   "AKHIR",   "SELAMA", "DAN",      "ATAU",    "AMBIL",      "DARI",     "BERHENTI", "LANJUT",
    "VAR",      "TETAPAN", "MAP",   "ANTARMUKA", "NATIVE",  "PILIH",      "KASUS",
};
static_assert(kTokenNames[static_cast<size_t>(TokenKind::kLanjut)] == "LANJUT");
static_assert(kTokenNames[static_cast<size_t>(TokenKind::kKasus)] == "KASUS");

enum CharClass : uint8_t { kOther, kBlank, kLetter, kDigit };

constexpr std::array<uint8_t, 256> MakeClasses() {
  std::array<uint8_t, 256> classes{};
  for (int c = 'a'; c <= 'z'; ++c) classes[c] = kLetter;
  for (int c = 'A'; c <= 'Z'; ++c) classes[c] = kLetter;
  classes['_'] = kLetter;
  for (int c = '0'; c <= '9'; ++c) classes[c] = kDigit;
  for (char c : {' ', '\t', '\r', '\n'}) classes[static_cast<unsigned char>(c)] = kBlank;
  return classes;
}
constexpr std::array<uint8_t, 256> kClasses = MakeClasses();

// Operators and delimiters of one character.
constexpr std::array<TokenKind, 256> MakeSingles() {
  std::array<TokenKind, 256> singles{};
  for (TokenKind& kind : singles) kind = TokenKind::kIllegal;
  for (size_t kind = static_cast<size_t>(TokenKind::kAssign);
       kind <= static_cast<size_t>(TokenKind::kRightBracket); ++kind) {
    const absl::string_view name = kTokenNames[kind];
    if (name.size() == 1) singles[static_cast<unsigned char>(name[0])] = static_cast<TokenKind>(kind);
  }
  return singles;
}
constexpr std::array<TokenKind, 256> kSingles = MakeSingles();

// The operator of these two characters; kIllegal if there is none.
TokenKind Double(unsigned char first, unsigned char second) {
  if (second < '<' || second > '>') return TokenKind::kIllegal;
  if (second == '=') {
    switch (first) {
      case '=':
        return TokenKind::kEqual;
      case '!':
        return TokenKind::kNotEqual;
      case '<':
        return TokenKind::kLessEqual;
      case '>':
        return TokenKind::kGreaterEqual;
      default:
        return TokenKind::kIllegal;
    }
  }
  if (first == '<' && second == '<') return TokenKind::kShiftLeft;
  if (first == '>' && second == '>') return TokenKind::kShiftRight;
  return TokenKind::kIllegal;
}

constexpr size_t kFirstKeyword = static_cast<size_t>(TokenKind::kStruktur);
constexpr size_t kLastKeyword = static_cast<size_t>(TokenKind::kLanjut);
constexpr size_t kShortestKeyword = 3, kLongestKeyword = 10;

// One form of each letter; of the other bytes in a word no two become the same.
constexpr char Folded(char c) { return static_cast<char>(c | 0x20); }

// Where a keyword of this length stands in the table: no two share a place.
constexpr size_t KeywordSlot(const char* word, size_t length) {
  return (static_cast<size_t>(Folded(word[0])) + static_cast<size_t>(Folded(word[1])) * 6 + length) % 64;
}

struct Keyword {
  char folded[kLongestKeyword];
  uint8_t length;  // 0: none has this place
  TokenKind kind;
};

constexpr std::array<Keyword, 64> MakeKeywords() {
  std::array<Keyword, 64> table{};
  for (size_t kind = kFirstKeyword; kind <= kLastKeyword; ++kind) {
    const absl::string_view name = kTokenNames[kind];
    Keyword& keyword = table[KeywordSlot(name.data(), name.size())];
    for (size_t i = 0; i < name.size(); ++i) keyword.folded[i] = Folded(name[i]);
    keyword.length = static_cast<uint8_t>(name.size());
    keyword.kind = static_cast<TokenKind>(kind);
  }
  return table;
}
constexpr std::array<Keyword, 64> kKeywords = MakeKeywords();

constexpr bool EveryKeywordHasItsPlace() {
  for (size_t kind = kFirstKeyword; kind <= kLastKeyword; ++kind) {
    const absl::string_view name = kTokenNames[kind];
    if (kKeywords[KeywordSlot(name.data(), name.size())].kind != static_cast<TokenKind>(kind)) return false;
  }
  return true;
}
static_assert(EveryKeywordHasItsPlace());

TokenKind KeywordOrIdentifier(const char* word, size_t length) {
  if (length < kShortestKeyword) return TokenKind::kIdentifier;
  const Keyword& keyword = kKeywords[KeywordSlot(word, length)];
  if (keyword.length != length) return TokenKind::kIdentifier;
  for (size_t i = 0; i < length; ++i) {
    if (keyword.folded[i] != Folded(word[i])) return TokenKind::kIdentifier;
  }
  return keyword.kind;
}

struct TypedKeyword {
  absl::string_view text;
  TokenKind kind = TokenKind::kIdentifier;
};

// The keywords of dialect B as they are written; `lain jika` is put together by the lexer.
constexpr std::array<TypedKeyword, 27> kTypedKeywords = {{
    {"struktur", TokenKind::kStruktur},   {"fungsi", TokenKind::kFungsi},
    {"jika", TokenKind::kJika},           {"atau_jika", TokenKind::kAtauJika},
    {"lainnya", TokenKind::kLainnya},     {"lain", TokenKind::kLainnya},
    {"kembalikan", TokenKind::kKembalikan}, {"kembali", TokenKind::kKembalikan},
    {"benar", TokenKind::kBenar},         {"salah", TokenKind::kSalah},
    {"kosong", TokenKind::kKosong},       {"akhir", TokenKind::kAkhir},
    {"selama", TokenKind::kSelama},       {"dan", TokenKind::kDan},
    {"atau", TokenKind::kAtau},           {"ambil", TokenKind::kAmbil},
    {"dari", TokenKind::kDari},           {"berhenti", TokenKind::kBerhenti},
    {"lanjut", TokenKind::kLanjut},       {"var", TokenKind::kVar},
    {"tetapan", TokenKind::kTetapan},     {"const", TokenKind::kTetapan},
    {"map", TokenKind::kMap},             {"antarmuka", TokenKind::kAntarmuka},
    {"native", TokenKind::kNative},       {"pilih", TokenKind::kPilih},
    {"kasus", TokenKind::kKasus},
}};
constexpr size_t kLongestTypedKeyword = 10;
constexpr absl::string_view kElse = "lain";
constexpr absl::string_view kIf = "jika";

constexpr size_t TypedSlot(const char* word, size_t length) {
  return (static_cast<size_t>(static_cast<unsigned char>(word[0])) * 7 +
          static_cast<size_t>(static_cast<unsigned char>(word[1])) * 5 +
          static_cast<size_t>(static_cast<unsigned char>(word[length - 1])) * 3 + length * 11) %
         256;
}

constexpr std::array<TypedKeyword, 256> MakeTypedKeywords() {
  std::array<TypedKeyword, 256> table{};
  for (const TypedKeyword& keyword : kTypedKeywords) {
    table[TypedSlot(keyword.text.data(), keyword.text.size())] = keyword;
  }
  return table;
}
constexpr std::array<TypedKeyword, 256> kTypedTable = MakeTypedKeywords();

constexpr bool EveryTypedKeywordHasItsPlace() {
  for (const TypedKeyword& keyword : kTypedKeywords) {
    if (kTypedTable[TypedSlot(keyword.text.data(), keyword.text.size())].text != keyword.text) return false;
  }
  return true;
}
static_assert(EveryTypedKeywordHasItsPlace());

TokenKind TypedKeywordOrIdentifier(absl::string_view word) {
  if (word.size() < kShortestKeyword || word.size() > kLongestTypedKeyword) return TokenKind::kIdentifier;
  const TypedKeyword& keyword = kTypedTable[TypedSlot(word.data(), word.size())];
  return keyword.text == word ? keyword.kind : TokenKind::kIdentifier;
}

}  // namespace

absl::string_view TokenName(TokenKind kind) { return kTokenNames[static_cast<size_t>(kind)]; }

Lexer::Lexer(absl::string_view text, Dialect dialect) : text_(text), dialect_(dialect) {}

void Lexer::SeekTo(uint32_t offset) {
  at_ = offset;
  in_string_ = false;
  open_.clear();
  eof_count_ = 0;
  literal_end_ = 0;
}

Token Lexer::Next() { return in_string_ ? NextInString(false) : NextInCode(); }

Token Lexer::Make(TokenKind kind, size_t length, bool space_before) {
  Token token;
  token.kind = kind;
  token.space_before = space_before;
  token.offset = static_cast<uint32_t>(at_);
  token.length = static_cast<uint32_t>(length);
  at_ += length;
  return token;
}

bool Lexer::SkipBlanks() {
  const char* const text = text_.data();
  const size_t size = text_.size();
  size_t at = at_;
  while (true) {
    const size_t start = at;
    while (at < size && kClasses[static_cast<unsigned char>(text[at])] == kBlank) ++at;
    if (at == size || text[at] != '#') {
      at_ = at;
      return at > start;
    }
    // A NUL byte ends the file even inside a comment.
    while (at < size && text[at] != '\n' && text[at] != '\0') ++at;
  }
}

Token Lexer::NextInCode() {
  const bool space_before = SkipBlanks();
  const unsigned char c = At(at_);
  switch (kClasses[c]) {
    case kLetter:
      return Word(space_before);
    case kDigit:
      return Number(space_before);
    default:
      break;
  }
  if (c == 0) return EndOfFile(space_before);
  if (c != '"') return Operator(space_before);
  open_.push_back({static_cast<uint32_t>(at_), 0});
  ++at_;
  if (At(at_) == '"') {
    open_.pop_back();
    const Token empty = Make(TokenKind::kString, 0, space_before);
    ++at_;
    return empty;
  }
  in_string_ = true;
  return NextInString(space_before);
}

Token Lexer::EndOfFile(bool space_before) {
  Token token = Make(TokenKind::kEof, 0, space_before);
  token.offset += eof_count_++;
  return token;
}

Token Lexer::Word(bool space_before) {
  const char* const word = text_.data() + at_;
  const size_t rest = text_.size() - at_;
  size_t length = 1;
  while (length < rest && kClasses[static_cast<unsigned char>(word[length])] >= kLetter) ++length;
  if (dialect_ == Dialect::kDynamic) return Make(KeywordOrIdentifier(word, length), length, space_before);
  const TokenKind kind = TypedKeywordOrIdentifier({word, length});
  if (kind == TokenKind::kLainnya && length == kElse.size()) {
    // `lain jika` on one line goes on with the chain.
    size_t next = length;
    while (next < rest && (word[next] == ' ' || word[next] == '\t')) ++next;
    const size_t end = next + kIf.size();
    if (next > length && absl::string_view(word, rest).substr(next, kIf.size()) == kIf &&
        (end >= rest || kClasses[static_cast<unsigned char>(word[end])] < kLetter)) {
      return Make(TokenKind::kAtauJika, end, space_before);
    }
  }
  return Make(kind, length, space_before);
}

Token Lexer::Number(bool space_before) {
  size_t end = at_ + 1;
  while (kClasses[At(end)] == kDigit) ++end;
  if (At(end) != '.' || kClasses[At(end + 1)] != kDigit) {
    return Make(TokenKind::kInteger, end - at_, space_before);
  }
  end += 2;
  while (kClasses[At(end)] == kDigit) ++end;
  return Make(TokenKind::kFloat, end - at_, space_before);
}

Token Lexer::Operator(bool space_before) {
  const unsigned char c = At(at_);
  const TokenKind two = Double(c, At(at_ + 1));
  if (two != TokenKind::kIllegal) return Make(two, 2, space_before);
  if (!open_.empty()) {
    if (c == '{') ++open_.back().braces;
    if (c == '}' && open_.back().braces-- == 0) in_string_ = true;
  }
  if (c == '%' && dialect_ == Dialect::kTyped) return Make(TokenKind::kPercent, 1, space_before);
  return Make(kSingles[c], 1, space_before);
}

Token Lexer::NextInString(bool space_before) {
  if (At(at_) == '"') {
    ++at_;
    open_.pop_back();
    in_string_ = false;
    return NextInCode();
  }
  if (OpensInterpolation(at_)) {
    open_.back().braces = 0;
    in_string_ = false;
    return Make(TokenKind::kInterpolation, 2, space_before);
  }
  return StringContents(space_before);
}

bool Lexer::OpensInterpolation(size_t at) {
  if (At(at) != '#' || At(at + 1) != '{') return false;
  if (dialect_ == Dialect::kDynamic) return true;
  if (at >= literal_end_) FindInterpolations(at);
  return std::binary_search(interpolations_.begin(), interpolations_.end(), static_cast<uint32_t>(at));
}

void Lexer::FindInterpolations(size_t at) {
  interpolations_.clear();
  std::vector<size_t> open;  // brackets that no `}` has closed yet
  size_t end = at;
  for (; end < text_.size() && text_[end] != '"'; ++end) {
    const char c = text_[end];
    if (c == '\\') {
      ++end;
    } else if (c == '{') {
      open.push_back(end);
    } else if (c == '}' && !open.empty()) {
      if (text_[open.back() - 1] == '#') interpolations_.push_back(static_cast<uint32_t>(open.back() - 1));
      open.pop_back();
    }
  }
  std::sort(interpolations_.begin(), interpolations_.end());
  literal_end_ = static_cast<uint32_t>(std::min(end, text_.size()));
}

Token Lexer::StringContents(bool space_before) {
  bool has_escape = false;
  size_t end = at_;
  while (end < text_.size()) {
    const char c = text_[end];
    if (c == '"' || (c == '#' && OpensInterpolation(end))) break;
    if (c == '\\') {
      has_escape = true;
      ++end;
    }
    ++end;
  }
  if (end >= text_.size()) {
    Token token = Make(TokenKind::kUnterminatedString, 0, space_before);
    token.offset = open_.back().quote;
    at_ = text_.size();
    open_.clear();
    in_string_ = false;
    return token;
  }
  Token token = Make(TokenKind::kString, end - at_, space_before);
  token.has_escape = has_escape;
  return token;
}

std::string Unescape(absl::string_view contents) {
  std::string value;
  value.reserve(contents.size());
  for (size_t i = 0; i < contents.size(); ++i) {
    char c = contents[i];
    if (c == '\\' && i + 1 < contents.size()) {
      c = contents[++i];
      if (c == 'n') c = '\n';
      if (c == 't') c = '\t';
      if (c == 'r') c = '\r';
    }
    value.push_back(c);
  }
  return value;
}

}  // namespace foxvm::frontend
