// Reads scripts as an engine of 2020 would and tells, as JSON, what stops it and which names of the platform they use.
// usage: node tools/parse-es2021.mjs FILE…
import { readFileSync } from "node:fs";
import { parse } from "acorn";

const ITERATES = new Set(["keys", "values", "entries", "matchAll"]);
const SELECTS = new Set(["querySelector", "querySelectorAll", "matches", "closest"]);

function* nodes(node) {
  if (Array.isArray(node)) for (const one of node) yield* nodes(one);
  else if (node && typeof node.type === "string") {
    yield node;
    for (const key of Object.keys(node)) if (typeof node[key] === "object") yield* nodes(node[key]);
  }
}

const plain = (node) => node?.type === "Identifier" && node.name;
const nameOf = (node) => (node.computed ? node.property.type === "Literal" && String(node.property.value) : plain(node.property));
const textOf = (node) => (node?.type === "Literal" ? String(node.value) : (node?.quasis ?? []).map((q) => q.value.cooked).join(" "));

const isFunction = (node) => /^(Arrow)?Function/.test(node?.type ?? "");

/** Names of the functions the script brings itself. */
function* defined(tree) {
  for (const node of nodes(tree)) {
    if (node.type === "FunctionDeclaration" || node.type === "ClassDeclaration") yield plain(node.id);
    else if (node.type === "VariableDeclarator" && isFunction(node.init)) yield plain(node.id);
    else if (node.type === "MethodDefinition" || (node.type === "Property" && isFunction(node.value))) yield plain(node.key);
  }
}

/** `Object.hasOwn`, `.at()`, `.inert`, `structuredClone`, `new Error(cause)`, `iterator.map()`, `{inert:}`; `x?.()` asks first. */
function used(tree) {
  const names = new Set(), selectors = new Set(), inKey = new Set(), own = new Set(defined(tree));
  const call = ({ callee, optional, arguments: given }) => {
    if (callee.type !== "MemberExpression") return;
    const name = nameOf(callee), from = callee.object;
    if (!optional) names.add(`.${name}()`);
    if (/EventListener$/.test(name)) names.add(`on ${textOf(given[0])}`);
    if (SELECTS.has(name)) selectors.add(textOf(given[0]));
    const made = from.type === "CallExpression" && from.callee.type === "MemberExpression" && from.callee;
    if (made && ITERATES.has(nameOf(made)) && plain(made.object) !== "Object") names.add(`iterator.${name}()`);
  };
  for (const node of nodes(tree)) {
    if (node.type === "ChainExpression") {
      for (const inner of nodes(node)) if (inner.arguments?.some((a) => a.type === "SpreadElement")) names.add("?.(...)");
    }
    if (node.type === "CallExpression") {
      call(node);
      if (node.optional && node.callee.type === "MemberExpression") inKey.add(node.callee);
    } else if (node.type === "MemberExpression") {
      if (!node.computed) inKey.add(node.property);
      const name = nameOf(node);
      if (name && !inKey.has(node)) names.add(`.${name}`).add(`${plain(node.object) || textOf(node.object)}.${name}`);
    } else if (node.type === "Property") {
      if (!node.computed && !node.shorthand) inKey.add(node.key);
      names.add(`{${plain(node.key) || textOf(node.key)}:}`);
    } else if (node.type === "NewExpression") {
      const keys = (node.arguments[1]?.properties ?? []).map((p) => plain(p.key));
      if (/Error$/.test(plain(node.callee) || "") && keys.includes("cause")) names.add("new Error(cause)");
    } else if (node.type === "UnaryExpression" && node.operator === "typeof") inKey.add(node.argument);
    else if (plain(node) && !inKey.has(node)) names.add(node.name);
  }
  return { names: [...names].sort(), own: [...own].sort(), selectors: [...selectors].sort() };
}

function read(file) {
  const text = readFileSync(file, "utf8");
  const options = { ecmaVersion: 2021, sourceType: "module", locations: true };
  try {
    return { fault: null, ...used(parse(text, options)) };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return { fault: `${error.message}: ${text.slice(error.pos, error.pos + 60).split("\n")[0]}`, names: [], own: [], selectors: [] };
  }
}

process.stdout.write(JSON.stringify(Object.fromEntries(process.argv.slice(2).map((file) => [file, read(file)]))));
