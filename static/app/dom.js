/** Elements without markup: whatever people typed goes in as text. */
const SVG = "http://www.w3.org/2000/svg";

function fill(element, props, children) {
  for (const [name, value] of Object.entries(props ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name === "class") element.setAttribute("class", value);
    else if (name === "text") element.textContent = value;
    else if (name === "style") for (const [key, part] of Object.entries(value)) element.style.setProperty(key, part);
    else if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

/** @param {string} tag @param {object} [props] attributes; `text`, `style` and `onclick` as named @param {...(Node|string)} children */
export const h = (tag, props, ...children) => fill(document.createElement(tag), props, children);

/** The same for SVG. */
export const s = (tag, props, ...children) => fill(document.createElementNS(SVG, tag), props, children);

/** @param {string} id @returns {HTMLElement} */
export const byId = (id) => document.getElementById(id);

/** Put children in the place of what is there. */
export const swap = (element, ...children) => element.replaceChildren(...children.flat(Infinity).filter(Boolean));
