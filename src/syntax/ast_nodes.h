/* The table of syntax tree nodes: AV_NODE(kind, what its fields hold). No include guard: included for each use.
 *
 * Every node has span, name (+ name_span), type, a, b, c, items (first of a list chained by `next`), flags.
 * A field not mentioned is empty. "expr*" is a list of expressions, "text" an AV_AST_TEXT node. */
// clang-format off

/* ---- a file and its declarations; `label` is always field c when the form has one */
AV_NODE(AV_AST_FILE, "name: module (empty: none given), items: declarations, in order (AV_AST_USE included)")
AV_NODE(AV_AST_USE, "items: AV_AST_NAME* (name holds a dotted module name)")
AV_NODE(AV_AST_ENUM, "name, items: AV_AST_MEMBER*, c: label or NULL; flag ORDERED")
AV_NODE(AV_AST_MEMBER, "name, c: label text or NULL, items: text* (further spellings)")
AV_NODE(AV_AST_RECORD, "name, items: AV_AST_FIELD*, c: label; flag BY_KEY")
AV_NODE(AV_AST_FIELD, "name, type, a: default or NULL, c: name in emitted files or NULL; flag KEY")
AV_NODE(AV_AST_CONST, "name, type or NULL, a: value, b: because text or NULL, c: label")
AV_NODE(AV_AST_FUNC, "name, items: AV_AST_PARAM*, type: result, a: body")
AV_NODE(AV_AST_PARAM, "name, type, a: default or NULL")
AV_NODE(AV_AST_FACT, "name, type, c: label, items: AV_AST_CLAUSE* (group, ask)")
AV_NODE(AV_AST_INFER, "name, items: AV_AST_CASE*")
AV_NODE(AV_AST_SIGNAL,
        "name: fact, items: AV_AST_CASE* whose clauses are says (items: pattern text*, body: AV_AST_NAME* of cues, a: where "
        "or NULL), because, confidence, risk, strength (a: AV_AST_INT)")
AV_NODE(AV_AST_WORDS, "name, c: label, items: pattern text*")
AV_NODE(AV_AST_CUE,
        "name, c: label, items: AV_AST_CLAUSE* (ahead, behind, around: a: reach or NULL, items: pattern text*; until, within: items; "
        "neutral: a: text)")
AV_NODE(AV_AST_CONFLICT, "name, c: label, items: AV_AST_CLAUSE* (between, when, tension, impact, binds, effect)")
AV_NODE(AV_AST_DECISION, "name, type, c: label, items: AV_AST_CASE*")
AV_NODE(AV_AST_CASE,
        "a: value, name: `as` name (empty: none), items: AV_AST_CLAUSE* (when, because, rejected, confidence, risk, guard); "
        "flags OTHERWISE, OVERRIDE")
AV_NODE(AV_AST_MATRIX, "name, type, c: label, items: AV_AST_OPTION*, a: `secondary from` expression or NULL")
AV_NODE(AV_AST_OPTION, "name: enum member, items: AV_AST_LINE* and AV_AST_CLAUSE* (secondary, wrong_if); flag OVERRIDE")
AV_NODE(AV_AST_LINE, "name, a: signed weight (AV_AST_INT) or NULL for a veto, b: when or NULL, c: because or NULL; flags VETO, OVERRIDE")
AV_NODE(AV_AST_TABLE,
        "name, items: AV_AST_PARAM* (NULL: none), type: result, flags: HIT_* , a: AV_AST_ROW of input headers, "
        "b: AV_AST_ROW of output headers (AV_AST_NAME*), c: label, rows: `body` = AV_AST_ROW* whose a, b are AV_AST_ROWs of cells")
AV_NODE(AV_AST_ROW, "items: cells or headers; as a table body row: a: AV_AST_ROW of inputs, b: AV_AST_ROW of outputs")
AV_NODE(AV_AST_COLLECTION, "name, type: element type, c: label")
AV_NODE(AV_AST_DERIVE, "name: collection, a: AV_AST_NAME of the rule, c: label, items: AV_AST_CLAUSE* (when, because), body: elements as in a list")
AV_NODE(AV_AST_CHECK,
        "name, c: label, items: AV_AST_CLAUSE* (item, for, require, else, repair, guard) in source order")
AV_NODE(AV_AST_SECTION, "name, c: title text, items: AV_AST_CLAUSE* (when), b: template")
AV_NODE(AV_AST_DOCUMENT, "name, c: title text, items: AV_AST_CLAUSE* (to, sections)")
AV_NODE(AV_AST_EMIT, "name, c: label, items: AV_AST_CLAUSE* (for, when, to, format, value), b: template or NULL")
AV_NODE(AV_AST_TEST, "c: title text, items: AV_AST_CLAUSE* (proves, given, expect) in source order")
AV_NODE(AV_AST_OVERRIDE, "a: the declaration that replaces one of the same kind and name")
AV_NODE(AV_AST_EXTEND, "a: a declaration node (enum, decision, infer, matrix, table, document) that holds only the added items")

/* ---- clauses: `word` says which keyword; what they hold */
AV_NODE(AV_AST_CLAUSE,
        "word; a: expression or text; items: lists (between: AV_AST_NAME*, sections: AV_AST_NAME*, proves: text*). "
        "for: items: AV_AST_GENERATOR* ; repair: a: target (AV_AST_NAME or AV_AST_GET), b: value, c: because; "
        "secondary: a: when or NULL, c: because or NULL; confidence/impact/format/binds: a: AV_AST_NAME; given: a: AV_AST_RECORD_LITERAL; "
        "expect: a: expression; or b: AV_AST_PATH/AV_AST_NAME with word2 = fired|rejected|conflict|passed|failed|repaired|section|document|emit, "
        "c: text after `contains` or NULL; flags NOT, NOT_CONTAINS")
AV_NODE(AV_AST_PATH, "items: AV_AST_NAME*: a rule's identity such as storage/Indexed/many_reads")

/* ---- types */
AV_NODE(AV_AST_TYPE_NAME, "name; a, b: bounds of `int a..b` or NULL")
AV_NODE(AV_AST_TYPE_LIST, "a: element type")
AV_NODE(AV_AST_TYPE_SET, "a: element type")
AV_NODE(AV_AST_TYPE_OPTION, "a: type")
AV_NODE(AV_AST_TYPE_REF, "name: record")

/* ---- expressions */
AV_NODE(AV_AST_NAME, "name")
AV_NODE(AV_AST_INT, "name: digits as written, sign included")
AV_NODE(AV_AST_DECIMAL, "name: as written, sign included")
AV_NODE(AV_AST_MONEY, "name: as written, `USD 12.50`")
AV_NODE(AV_AST_BOOL, "flag TRUE")
AV_NODE(AV_AST_NONE, "")
AV_NODE(AV_AST_TEXT, "name: all of it, when it has no values; else items: parts: AV_AST_CHUNK, AV_AST_VALUE")
AV_NODE(AV_AST_UNARY, "op: AV_OP_NOT, AV_OP_NEGATE; a")
AV_NODE(AV_AST_BINARY, "op; a, b")
AV_NODE(AV_AST_GET, "a.name; name_span is the name's")
AV_NODE(AV_AST_LOOKUP, "a[b]")
AV_NODE(AV_AST_CALL, "name, items: AV_AST_ARGUMENT*")
AV_NODE(AV_AST_ARGUMENT, "name (empty: by position), a: value")
AV_NODE(AV_AST_IF, "a: condition, b: then, c: else")
AV_NODE(AV_AST_LET, "name, a: value, b: body")
AV_NODE(AV_AST_LIST, "items: elements")
AV_NODE(AV_AST_ELEMENT, "a: value, b: when or NULL. Only made when there is a `when`")
AV_NODE(AV_AST_RECORD_LITERAL, "name: head (record type or key; empty: none) or a: head as text, items: AV_AST_INIT*")
AV_NODE(AV_AST_INIT, "name, a: value")
AV_NODE(AV_AST_WITH, "a: base, items: AV_AST_INIT*")
AV_NODE(AV_AST_ROWS, "a: AV_AST_ROW of field names (AV_AST_NAME*), items: AV_AST_ROW*")
AV_NODE(AV_AST_FOR, "items: AV_AST_GENERATOR*, b: sort key or NULL, a: yielded value; flag DESCENDING")
AV_NODE(AV_AST_GENERATOR, "name: variable, type: AV_AST_NAME of the number variable (`at n`) or NULL, a: list, b: where or NULL")
AV_NODE(AV_AST_SOME, "items: one AV_AST_GENERATOR, a: condition")
AV_NODE(AV_AST_EVERY, "items: one AV_AST_GENERATOR, a: condition")
AV_NODE(AV_AST_ANY, "items: conditions")
AV_NODE(AV_AST_ALL, "items: conditions")
AV_NODE(AV_AST_AT_LEAST, "a: how many, items: conditions")
AV_NODE(AV_AST_GROUP, "name: variable, a: list, b: key")
AV_NODE(AV_AST_RANGE, "a, b: bounds (either may be NULL in a table cell: `>= 4`, `< 3` are AV_AST_COMPARE)")

/* ---- cells of decision tables */
AV_NODE(AV_AST_ANY_CELL, "`-`")
AV_NODE(AV_AST_COMPARE, "op (an order operator), a: bound")
AV_NODE(AV_AST_NOT_CELL, "a: cell")
AV_NODE(AV_AST_OR_CELL, "items: cells separated by commas")

/* ---- templates */
AV_NODE(AV_AST_TEMPLATE,
        "items: parts; name is empty; word: bytes of white space common to its lines. Chunks are as written, indentation included")
AV_NODE(AV_AST_CHUNK, "name: literal text, escapes and doubled braces resolved; span: as written")
AV_NODE(AV_AST_VALUE, "a: expression")
AV_NODE(AV_AST_T_IF, "items: AV_AST_T_BRANCH*; span of the opening tag")
AV_NODE(AV_AST_T_BRANCH,
        "a: condition or NULL (else), items: parts, the last an AV_AST_T_END_TAG: the tag that ends the branch; "
        "span of the tag that begins it")
AV_NODE(AV_AST_T_FOR, "b: AV_AST_FOR without value, items: parts (the last an AV_AST_T_END_TAG), c: AV_AST_T_BRANCH after {empty} or NULL")
AV_NODE(AV_AST_T_LET, "name, a: value; holds until the enclosing block ends")
AV_NODE(AV_AST_T_SECTION, "name")
AV_NODE(AV_AST_T_TABLE, "b: AV_AST_FOR without value, items: AV_AST_T_COLUMN*")
AV_NODE(AV_AST_T_COLUMN, "c: header text, a: value")
AV_NODE(AV_AST_T_END_TAG, "word: else, empty or end: a block tag's own place, for white space control")

/* ---- where the parser could not go on */
AV_NODE(AV_AST_ERROR, "takes part in no further check")
