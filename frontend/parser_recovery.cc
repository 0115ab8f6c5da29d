// What the parser does after an error when nobody compares it with the reference: it explains, stays silent
// up to the next statement, and looks for the place where the mistake probably is.
#include <array>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "frontend/near_name.h"
#include "frontend/parser.h"

namespace foxvm::frontend {

namespace {

using K = TokenKind;

constexpr std::array<absl::string_view, 8> kBlockWords = {"fungsi",    "jika",    "selama", "struktur",
                                                          "atau_jika", "lainnya", "akhir",  "kembalikan"};
constexpr std::array<absl::string_view, 4> kLoneWords = {"akhir", "lainnya", "berhenti", "lanjut"};

bool OpensBlock(K kind) {
  return kind == K::kFungsi || kind == K::kJika || kind == K::kSelama || kind == K::kStruktur ||
         kind == K::kAntarmuka || kind == K::kPilih;
}

bool OpensBracket(K kind) {
  return kind == K::kLeftParen || kind == K::kLeftBracket || kind == K::kLeftBrace ||
         kind == K::kInterpolation;
}

bool IsIndent(char c) { return c == ' ' || c == '\t'; }

bool IsText(K kind) { return kind == K::kString || kind == K::kUnterminatedString; }

// What a message calls a kind of token that it misses.
std::string Wanted(K kind) {
  if (kind == K::kIdentifier) return "a name";
  if (IsText(kind)) return "a string";
  return absl::StrCat("'", absl::AsciiStrToLower(TokenName(kind)), "'");
}

}  // namespace

std::string Parser::Found(const Token& token) const {
  if (token.kind == K::kEof) return "the end of the file";
  if (IsText(token.kind)) return "a string";
  const absl::string_view text = Slice(token);
  const unsigned char first = text.empty() ? 0 : static_cast<unsigned char>(text[0]);
  if (token.kind == K::kIllegal && (first < 0x20 || first > 0x7e)) {
    return absl::StrCat("the byte 0x", absl::Hex(first, absl::kZeroPad2));
  }
  return absl::StrCat("'", text, "'");
}

void Parser::ErrorAt(const Token& token, absl::string_view message) {
  if (!has_error_) ended_early_ = token.kind == K::kEof;
  if (token.kind == K::kEof) {
    // Behind the last word: the end itself is often an empty line.
    const absl::string_view text = absl::StripTrailingAsciiWhitespace(source_.text());
    return Error(static_cast<uint32_t>(text.size()), message, 1);
  }
  Error(token.offset, message, IsText(token.kind) ? 1 : token.length);
}

void Parser::Note(const Token& token, absl::string_view message) {
  errors_.Add(Severity::kNote, source_, token.offset, IsText(token.kind) ? 1 : token.length, message);
}

void Parser::ReportMissing(TokenKind kind, const Token* bracket) {
  if (silent_) return;
  ErrorAt(peek_, absl::StrCat("expected ", Wanted(kind), ", found ", Found(peek_)));
  if (bracket == nullptr) return;
  const uint32_t line = source_.PositionAt(bracket->offset).line;
  if (line != source_.PositionAt(peek_.offset).line) {
    Note(*bracket, absl::StrCat("to match this '", Slice(*bracket), "'"));
  }
}

void Parser::ReportNoExpression() {
  if (silent_) return;
  if (!AtBlockEnd() || open_blocks_ > 0) {
    return ErrorAt(current_, absl::StrCat("expected an expression, found ", Found(current_)));
  }
  ErrorAt(current_, absl::StrCat(Found(current_), " without a block that it belongs to"));
  ExplainWithMisspelling();
}

void Parser::ReportKeywordAsKey() {
  if (silent_ || current_.kind < K::kStruktur || current_.kind > K::kLanjut) return;
  if (CurrentIs(K::kBenar) || CurrentIs(K::kSalah) || CurrentIs(K::kKosong)) return;
  ErrorAt(current_, absl::StrCat("the keyword '", Slice(current_), "' as a key needs quotes"));
}

void Parser::ExplainWithMisspelling() {
  if (suspicious_name_.kind == K::kEof) return;
  Note(suspicious_name_, absl::StrCat("did you mean '", keyword_meant_, "' here?"));
  suspicious_name_.kind = K::kEof;
}

void Parser::ReportOpenBlock(const Opener& opener) {
  if (silent_) return;
  ErrorAt(current_, absl::StrCat("expected 'akhir', found ", Found(current_)));
  Note(opener.token, absl::StrCat("this '", Slice(opener.token), "' of line ",
                                  source_.PositionAt(opener.token.offset).line, " is not closed"));
  if (early_akhir_.kind != K::kEof) {
    Note(early_opener_.token,
         absl::StrCat("the 'akhir' of line ", source_.PositionAt(early_akhir_.offset).line, " closes this '",
                      Slice(early_opener_.token), "', but is indented less"));
    early_akhir_.kind = K::kEof;
  }
  ExplainWithMisspelling();
}

bool Parser::StartsLine() const {
  // Tokens behind the first kEof lie past the text.
  if (current_.offset < last_end_ || last_end_ > source_.text().size()) return false;
  return source_.text().substr(last_end_, current_.offset - last_end_).find('\n') != absl::string_view::npos;
}

void Parser::EndHelpfulBlock(const Opener& opener) {
  if (!CurrentIs(K::kAkhir)) {
    ReportOpenBlock(opener);
    // An `lainnya` too many, unless it belongs to a `jika` further out.
    while (open_ifs_ == 0 && (CurrentIs(K::kLainnya) || CurrentIs(K::kAtauJika))) {
      Advance();
      ParseBlock(opener);
    }
    return;
  }
  if (early_akhir_.kind != K::kEof || !StartsLine()) return;
  // The opener itself may stand behind `x = `: what counts is how its line begins.
  const uint32_t start = source_.LineStart(opener.token.offset);
  uint32_t text = start;
  while (IsIndent(source_.text()[text])) ++text;
  if (current_.offset - source_.LineStart(current_.offset) < text - start) {
    early_opener_ = opener;
    early_akhir_ = current_;
  }
}

bool Parser::AtStatementStart(int brackets) const {
  if (!StartsLine()) return false;
  if (brackets_ - (OpensBracket(current_.kind) ? 1 : 0) <= brackets) return true;
  // A bracket is missing; only what is hardly ever inside of one ends the statement.
  switch (current_.kind) {
    case K::kKembalikan:
    case K::kStruktur:
    case K::kAmbil:
    case K::kDari:
    case K::kBerhenti:
    case K::kLanjut:
    case K::kVar:
    case K::kTetapan:
    case K::kAntarmuka:
    case K::kPilih:
    case K::kSelama:
    case K::kJika: return true;
    case K::kFungsi: return PeekIs(K::kIdentifier);
    default: return CurrentIs(K::kIdentifier) && PeekIs(K::kAssign);
  }
}

void Parser::Synchronize(int brackets) {
  int depth = 0;  // blocks begun on the way
  while (!CurrentIs(K::kEof)) {
    if (depth == 0 && (AtBlockEnd() || AtStatementStart(brackets))) break;
    if (OpensBlock(current_.kind)) {
      ++depth;
    } else if (CurrentIs(K::kAkhir)) {
      --depth;
    }
    Advance();
  }
  brackets_ = brackets;
  silent_ = CurrentIs(K::kEof);
}

void Parser::NoteSuspiciousName(const Token& name) {
  const bool alone =
      PeekIs(K::kEof) || source_.PositionAt(peek_.offset).line != source_.PositionAt(name.offset).line;
  const absl::string_view keyword =
      alone ? NearestName(Slice(name), kLoneWords) : NearestName(Slice(name), kBlockWords);
  if (keyword.empty()) return;
  suspicious_name_ = name;
  keyword_meant_ = keyword;
}

}  // namespace foxvm::frontend
