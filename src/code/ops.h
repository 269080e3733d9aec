/* The table of instructions: AV_OP(identifier, name, a, b, c, flags, meaning). No include guard: included for each use.
 *
 *     +----+---+---+---+
 *     | op | a | b | c |   16 bits each
 *     +----+---+---+---+
 *
 * a, b, c are operand kinds (av_operand in code/op.h, without AV_X_). A kind followed by HIGH takes 32 bits: b is the lower half,
 * c the upper. r[n] is a register of the procedure, k[n] a constant of the program. Flags (av_op_flag, without AV_F_): FAILS
 * may stop the run of a sound program and so has a place in the rules, JUMPS may go on at its JUMP operand, ENDS never goes on at
 * the next instruction, BACK goes backwards.
 *
 * Lists and texts are put together in builders. They form a stack: BEGIN pushes one, END pops it. */
// clang-format off
/* registers and constants */
AV_OP(MOVE, "move", OUT, IN, NO, 0, "r[a] = r[b]")
AV_OP(CONST, "const", OUT, CONSTANT, HIGH, 0, "r[a] = k[bc]")
AV_OP(INT, "int", OUT, SIGNED, HIGH, 0, "r[a] = the whole number bc")
AV_OP(BOOL, "bool", OUT, FLAG, NO, 0, "r[a] = b is not 0")
AV_OP(NONE, "none", OUT, NO, NO, 0, "r[a] = none")
/* definitions and functions */
AV_OP(DEF, "def", OUT, DEF, HIGH, 0, "r[a] = value of definition bc")
AV_OP(META, "meta", OUT, META, HIGH, 0, "r[a] = what is known about a definition")
AV_OP(CALL, "call", ARGUMENTS, PROC, HIGH, FAILS, "r[a] = procedure bc of r[a], r[a+1] ...")
AV_OP(BUILTIN, "builtin", FIRST, BUILTIN, LENGTH, FAILS, "r[a] = built-in function b of the c registers from r[a]")
/* records */
AV_OP(FIELD, "field", OUT, IN, SLOT, 0, "r[a] = field c of record r[b]")
AV_OP(LOOKUP, "lookup", OUT, PAIR, SLOT, FAILS, "r[a] = first record of list r[b] whose field c equals r[b+1], or none")
AV_OP(RECORD, "record", FIELDS, TEMPLATE, HIGH, 0, "r[a] = record like k[bc] with fields r[a], r[a+1] ...")
AV_OP(WITH, "with", CHANGES, TEMPLATE, HIGH, 0, "r[a] = record r[a] with the fields given in k[bc] from r[a+1] ...")
/* numbers and comparisons */
AV_OP(ADD, "add", OUT, IN, IN, FAILS, "r[a] = r[b] + r[c]")
AV_OP(SUB, "sub", OUT, IN, IN, FAILS, "r[a] = r[b] - r[c]")
AV_OP(MUL, "mul", OUT, IN, IN, FAILS, "r[a] = r[b] * r[c]")
AV_OP(DIV, "div", OUT, IN, IN, FAILS, "r[a] = r[b] / r[c]")
AV_OP(MOD, "mod", OUT, IN, IN, FAILS, "r[a] = remainder of r[b] / r[c], with the sign of r[c]")
AV_OP(NEGATE, "negate", OUT, IN, NO, FAILS, "r[a] = -r[b]")
AV_OP(NOT, "not", OUT, IN, NO, 0, "r[a] = not r[b]")
AV_OP(EQ, "eq", OUT, IN, IN, 0, "r[a] = r[b] == r[c]")
AV_OP(NE, "ne", OUT, IN, IN, 0, "r[a] = r[b] != r[c]")
AV_OP(LT, "lt", OUT, IN, IN, FAILS, "r[a] = r[b] < r[c]")
AV_OP(LE, "le", OUT, IN, IN, FAILS, "r[a] = r[b] <= r[c]")
AV_OP(GT, "gt", OUT, IN, IN, FAILS, "r[a] = r[b] > r[c]")
AV_OP(GE, "ge", OUT, IN, IN, FAILS, "r[a] = r[b] >= r[c]")
AV_OP(EQ_MEMBER, "eq_member", OUT, IN, NUMBER, 0, "r[a] = r[b] is member c of its enum")
AV_OP(CONTAINS, "in", OUT, IN, IN, FAILS, "r[a] = r[b] is in list or set r[c]")
AV_OP(IN_RANGE, "in_range", OUT, TRIPLE, NO, FAILS, "r[a] = r[b+1] <= r[b] <= r[b+2]")
AV_OP(TO_DECIMAL, "to_decimal", OUT, IN, NO, 0, "r[a] = whole number r[b] as a decimal")
AV_OP(TO_SET, "to_set", INOUT, ENUM, HIGH, 0, "r[a] = list r[a] as a set of members of enum bc")
AV_OP(CHECK_RANGE, "check_range", IN, RANGE, HIGH, FAILS, "fails unless r[a] lies in the bounds of type bc")
/* jumps */
AV_OP(JUMP, "jump", NO, JUMP, HIGH, JUMPS | ENDS, "goes on at bc")
AV_OP(JUMP_TRUE, "jump_true", IN, JUMP, HIGH, JUMPS, "goes on at bc if r[a] is true")
AV_OP(JUMP_FALSE, "jump_false", IN, JUMP, HIGH, JUMPS, "goes on at bc if r[a] is false")
AV_OP(JUMP_NONE, "jump_none", IN, JUMP, HIGH, JUMPS, "goes on at bc if r[a] is none")
AV_OP(JUMP_SOME, "jump_some", IN, JUMP, HIGH, JUMPS, "goes on at bc if r[a] is not none")
AV_OP(COUNTDOWN, "countdown", INOUT, JUMP, HIGH, JUMPS, "takes 1 from r[a]; goes on at bc when that gives 0")
AV_OP(SWITCH, "switch", IN, COUNT, HIGH, ENDS,
      "goes on at the r[a]-th of the following jumps, at the last of the bc + 1 for none; r[a] is an enum's member or a bool")
AV_OP(ITER, "iter", ITERATOR, JUMP, HIGH, JUMPS, "starts on list r[a]: r[a+1] = 1, r[a+2] = first item; goes on at bc if empty")
AV_OP(LOOP, "loop", ITERATOR, JUMP, HIGH, JUMPS | FAILS | BACK, "adds 1 to r[a+1], r[a+2] = that item of list r[a], back to bc; else goes on")
/* lists */
AV_OP(LIST, "list", OUT, FIRST, LENGTH, 0, "r[a] = list of the c registers from r[b]")
AV_OP(ITEM, "item", OUT, IN, NUMBER, 0, "r[a] = item c of list r[b], from 0")
AV_OP(LIST_BEGIN, "list_begin", NO, NO, NO, 0, "a new list builder")
AV_OP(LIST_ADD, "list_add", IN, NO, NO, 0, "adds r[a]")
AV_OP(LIST_SPLICE, "list_splice", IN, NO, NO, FAILS, "adds every item of list r[a]; of an option its value, if it has one")
AV_OP(LIST_END, "list_end", OUT, NO, NO, 0, "r[a] = the list")
AV_OP(LIST_SORT, "list_sort", OUT, FLAG, NO, FAILS, "r[a] = every second item, sorted by the items before them; b: descending")
AV_OP(LIST_GROUP, "list_group", OUT, RECORD, HIGH, FAILS, "r[a] = every second item, grouped by the items before them into records bc")
/* texts */
AV_OP(TEXT_BEGIN, "text_begin", NO, NO, NO, 0, "a new text builder")
AV_OP(TEXT_ORIGIN, "text_origin", NO, ORIGIN, HIGH, 0, "what follows comes from origin bc")
AV_OP(TEXT_PUT, "text_put", NO, TEXT, HIGH, 0, "adds text k[bc]")
AV_OP(TEXT_VALUE, "text_value", IN, ESCAPE, NUMBER, 0, "adds r[a] escaped by b, further lines of a fragment indented by c")
AV_OP(TEXT_SECTION, "text_section", NO, DEF, HIGH, 0, "adds section bc if it applies")
AV_OP(TEXT_END, "text_end", OUT, FORMAT, FLAG, 0, "r[a] = the text: a fragment of format b if c, else plain")
/* ends */
AV_OP(CHOSEN, "chosen", NO, RULE, HIGH, 0, "rule bc has decided")
AV_OP(RETURN, "return", IN, NO, NO, ENDS, "the procedure's value is r[a]")
AV_OP(NO_CASE, "no_case", NO, NO, NO, FAILS | ENDS, "fails: no case holds")
