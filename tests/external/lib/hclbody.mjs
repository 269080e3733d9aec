// The shape of an HCL file: which names are arguments and which are blocks, on which line, and the words of each value.
// hcl2json says whether a file is HCL and what it means, but writes a block and a list of objects alike; a provider does
// not take one for the other. What is read here has passed it already.

// reader(text) -> [{ name, line, value, at } | { name, line, block: true, labels, items }]; `at` is the line the value begins on.
export function reader(text, first = 1) {
  let i = 0; let line = first;
  const step = () => { if (text[i] === '\n') line++; i++; };
  const comment = () => {
    if (text[i] === '#' || text.startsWith('//', i)) { while (i < text.length && text[i] !== '\n') i++; return true; }
    if (text.startsWith('/*', i)) { while (i < text.length && !text.startsWith('*/', i)) step(); i += 2; return true; }
    return false;
  };
  const string = () => {
    step();
    while (i < text.length && text[i] !== '"') {
      if (text[i] === '\\') step();
      else if (text.startsWith('${', i) || text.startsWith('%{', i)) { i += 2; let depth = 1; while (depth && i < text.length) { if (text[i] === '"') { string(); continue; } if (text[i] === '{') depth++; if (text[i] === '}') depth--; step(); } continue; }
      step();
    }
    step();
  };
  const heredoc = () => {
    const m = text.slice(i).match(/^<<[-~]?(\w+)\n[\s\S]*?\n\s*\1(?=\n|$)/);
    if (!m) return false;
    for (let n = 0; n < m[0].length; n++) step();
    return true;
  };
  const skip = (inObject) => { while (i < text.length && (/\s/.test(text[i]) || (inObject && text[i] === ',') || comment())) if (/[\s,]/.test(text[i] ?? '')) step(); };
  const expression = () => {
    const begin = i; let depth = 0;
    while (i < text.length) {
      const c = text[i];
      if (c === '"') { string(); continue; }
      if (c === '<' && heredoc()) continue;
      if (comment()) continue;
      if (/[[({]/.test(c)) depth++;
      if (/[\])}]/.test(c)) { if (!depth) break; depth--; }
      if (!depth && (c === '\n' || c === ',')) break;
      step();
    }
    return text.slice(begin, i).trim();
  };
  const body = (inObject) => {
    const items = [];
    for (;;) {
      skip(inObject);
      if (i >= text.length || text[i] === '}') return items;
      const here = line; const m = text.slice(i).match(/^(?:"([^"\n]*)"|([A-Za-z_][\w.-]*)|(\([^)\n]*\)))/);
      if (!m) { step(); continue; }
      i += m[0].length;
      const name = m[1] ?? m[2] ?? m[3]; const labels = [];
      while (/[ \t"]/.test(text[i] ?? '')) { if (text[i] === '"') { const b = i + 1; string(); labels.push(text.slice(b, i - 1)); } else i++; }
      if (text[i] === '{') { step(); const inner = body(false); step(); items.push({ name, line: here, block: true, labels, items: inner }); continue; }
      if (text[i] === '=' || text[i] === ':') { step(); while (/[ \t]/.test(text[i] ?? '')) i++; const at = line; items.push({ name, line: here, value: expression(), at }); continue; }
      step();
    }
  };
  return body(false);
}

// The objects of a value that is one, or a list of them, as items of a body; null when it is an expression of another kind.
export function objects(value, at) {
  const one = (v, line) => (v.startsWith('{') && !/^\{\s*for\s/.test(v) ? reader(v.slice(1, -1), line) : null);
  if (value.startsWith('{')) { const o = one(value, at); return o && [o]; }
  if (!value.startsWith('[') || /^\[\s*for\s/.test(value)) return null;
  const out = []; let depth = 0; let begin = 0; let line = at; let quoted = false;
  for (let i = 1; i < value.length - 1; i++) {
    const c = value[i];
    if (c === '\n') line++;
    if (c === '"' && value[i - 1] !== '\\') quoted = !quoted;
    if (quoted) continue;
    if (c === '{' && !depth++) begin = i;
    if (c === '}' && !--depth) { const o = one(value.slice(begin, i + 1), line); if (o) out.push(o); }
  }
  return out.length ? out : null;
}
