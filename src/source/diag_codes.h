/* The table of diagnostics: AV_DIAG(identifier, code, severity, title). No include guard: included for each use.
 * A code, once released, keeps its meaning; each has a golden test in tests/diag/ and an entry in docs/diagnostics.md.
 *   01 characters and syntax   02 names   03 types   04 definitions   05 totality   06 templates and output
 *   07 layers   08 facts   09 evaluation   10 images and limits */
AV_DIAG(AV_E_BAD_CHARACTER, "E0101", AV_SEVERITY_ERROR, "Unexpected character")
AV_DIAG(AV_E_BAD_UTF8, "E0102", AV_SEVERITY_ERROR, "Text that is not UTF-8")
AV_DIAG(AV_E_UNTERMINATED, "E0103", AV_SEVERITY_ERROR, "Text or comment without an end")
AV_DIAG(AV_E_SYNTAX, "E0104", AV_SEVERITY_ERROR, "Unexpected word")
AV_DIAG(AV_E_BAD_NUMBER, "E0105", AV_SEVERITY_ERROR, "Malformed number")
