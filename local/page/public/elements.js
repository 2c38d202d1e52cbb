/** Makes an element. Text is only ever set as text, so nothing in it can become markup. */
export function element(name, attributes = {}, ...children) {
  return filled(document.createElement(name), attributes, children);
}

/** Makes an element of an SVG picture. */
export function svg(name, attributes = {}, ...children) {
  return filled(document.createElementNS("http://www.w3.org/2000/svg", name), attributes, children);
}

function filled(made, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

/** Calls `draw` only when the data differs from the last time, so that focus and selection stay where they are. */
export function whenChanged(draw) {
  let last;
  return (data) => {
    const now = JSON.stringify(data);
    if (now !== last) draw(data);
    last = now;
  };
}

/** A number as people read it: at most three digits and a unit. */
export function milliseconds(value) {
  if (value >= 1000) return `${(value / 1000).toFixed(1)} s`;
  return `${value >= 10 ? Math.round(value) : value.toFixed(1)} ms`;
}

export const timeOf = (at) => new Date(at).toLocaleTimeString("en-GB");
