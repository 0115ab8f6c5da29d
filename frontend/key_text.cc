#include "frontend/key_text.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "frontend/lexer.h"

namespace foxvm::frontend {

namespace {

// `benar` and `salah`, `kosong`; upper case is possible, so the text is the source's.
constexpr size_t kBooleanLength = 5;
constexpr size_t kNullLength = 6;

// The text of a node that is one piece of the source or a fixed word; false for the others.
bool SimpleText(const Node* node, const Source& source, const NameTable& names, absl::string_view* text) {
  const auto slice = [&](size_t length) { return source.text().substr(node->offset, length); };
  switch (node->kind) {
    case NodeKind::kIdentifier:
      *text = names.Text(As<IdentifierNode>(node).name);
      return true;
    case NodeKind::kInteger:
    case NodeKind::kFloat:
      *text = slice(Lexer(source.text().substr(node->offset)).Next().length);
      return true;
    case NodeKind::kBoolean:
      *text = slice(kBooleanLength);
      return true;
    case NodeKind::kNull:
      *text = slice(kNullLength);
      return true;
    case NodeKind::kString:
      *text = As<StringNode>(node).value;
      return true;
    case NodeKind::kHash:
      *text = "hash";
      return true;
    case NodeKind::kFunction:
      *text = "fn";
      return true;
    case NodeKind::kIf:
      *text = "if";
      return true;
    case NodeKind::kWhile:
      *text = "while";
      return true;
    default:
      return false;
  }
}

class Writer {
 public:
  Writer(const Source& source, const NameTable& names) : source_(source), names_(names) {}

  // Left operands, callees and containers are walked with a list, all else recursively within kMaxNesting.
  void Write(const Node* node) {
    std::vector<const Node*> pending;
    while (true) {
      const Node* left = nullptr;
      if (Is<InfixNode>(node)) left = As<InfixNode>(node).left;
      if (Is<IndexNode>(node)) left = As<IndexNode>(node).container;
      if (left != nullptr) out_.push_back('(');
      if (Is<CallNode>(node)) left = As<CallNode>(node).callee;
      if (left == nullptr) break;
      pending.push_back(node);
      node = left;
    }
    WriteInnermost(node);
    for (; !pending.empty(); pending.pop_back()) WriteRest(pending.back());
  }

  const std::string& out() const { return out_; }

 private:
  void WriteInnermost(const Node* node) {
    absl::string_view text;
    if (SimpleText(node, source_, names_, &text)) {
      absl::StrAppend(&out_, text);
    } else if (Is<ArrayNode>(node)) {
      WriteList("[", As<ArrayNode>(node).elements, "]");
    } else if (Is<PrefixNode>(node)) {
      const PrefixNode& prefix = As<PrefixNode>(node);
      absl::StrAppend(&out_, "(", TokenName(prefix.op));
      Write(prefix.operand);
      out_.push_back(')');
    } else {
      WriteInterpolation(As<InterpolationNode>(node));
    }
  }

  // What follows the left operand, callee or container.
  void WriteRest(const Node* node) {
    if (Is<CallNode>(node)) {
      WriteList("(", As<CallNode>(node).arguments, ")");
    } else if (Is<IndexNode>(node)) {
      out_.push_back('[');
      Write(As<IndexNode>(node).index);
      out_.append("])");
    } else {
      const InfixNode& infix = As<InfixNode>(node);
      // As written: `DAN` stays upper case.
      absl::StrAppend(&out_, " ", source_.text().substr(infix.offset, TokenName(infix.op).size()), " ");
      Write(infix.right);
      out_.push_back(')');
    }
  }

  void WriteInterpolation(const InterpolationNode& node) {
    out_.push_back('"');
    for (const Node* part : node.parts) {
      if (Is<StringNode>(part)) {
        absl::StrAppend(&out_, As<StringNode>(part).value);
        continue;
      }
      out_.append("#{");
      Write(part);
      out_.push_back('}');
    }
    out_.push_back('"');
  }

  void WriteList(absl::string_view open, NodeList nodes, absl::string_view close) {
    absl::string_view separator = open;
    for (const Node* node : nodes) {
      absl::StrAppend(&out_, separator);
      Write(node);
      separator = ", ";
    }
    absl::StrAppend(&out_, nodes.empty() ? open : "", close);
  }

  const Source& source_;
  const NameTable& names_;
  std::string out_;
};

}  // namespace

absl::string_view KeyText(const Node* key, const Source& source, const NameTable& names, gc::Arena& arena) {
  absl::string_view text;
  if (SimpleText(key, source, names, &text)) return text;
  Writer writer(source, names);
  writer.Write(key);
  return arena.CopyString(writer.out());
}

}  // namespace foxvm::frontend
