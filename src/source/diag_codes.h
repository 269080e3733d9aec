/* The table of diagnostics: AV_DIAG(identifier, code, severity, title). No include guard: included for each use.
 * A code, once released, keeps its meaning; each has a golden test in tests/diag/ and an entry in docs/diagnostics.md.
 *   01 characters and syntax   02 names   03 types   04 definitions   05 totality   06 templates and output
 *   07 layers   08 facts   09 evaluation   10 images and limits */
AV_DIAG(AV_E_BAD_CHARACTER, "E0101", AV_SEVERITY_ERROR, "Unexpected character")
AV_DIAG(AV_E_BAD_UTF8, "E0102", AV_SEVERITY_ERROR, "Text that is not UTF-8")
AV_DIAG(AV_E_UNTERMINATED, "E0103", AV_SEVERITY_ERROR, "Text or comment without an end")
AV_DIAG(AV_E_SYNTAX, "E0104", AV_SEVERITY_ERROR, "Unexpected word")
AV_DIAG(AV_E_BAD_NUMBER, "E0105", AV_SEVERITY_ERROR, "Malformed number")
AV_DIAG(AV_E_BAD_ESCAPE, "E0106", AV_SEVERITY_ERROR, "Unknown escape in a text")
AV_DIAG(AV_E_UNCLOSED, "E0107", AV_SEVERITY_ERROR, "Bracket without its partner")
AV_DIAG(AV_E_RESERVED, "E0108", AV_SEVERITY_ERROR, "Reserved word used as a name")
AV_DIAG(AV_E_TWICE, "E0109", AV_SEVERITY_ERROR, "Clause given twice")
AV_DIAG(AV_E_TOO_DEEP, "E0110", AV_SEVERITY_ERROR, "Nesting too deep")
AV_DIAG(AV_E_TOO_MUCH, "E0111", AV_SEVERITY_ERROR, "File too large")
AV_DIAG(AV_E_BLOCK_OPEN, "E0601", AV_SEVERITY_ERROR, "Template block left open")
AV_DIAG(AV_E_BLOCK_TAG, "E0602", AV_SEVERITY_ERROR, "Template tag without its block")
AV_DIAG(AV_E_RULES_TOO_LARGE, "E1001", AV_SEVERITY_ERROR, "Rules too large for the machine")
