// The server behind the page: JSON there and back.

export const lang = document.body.dataset.lang;
export const reading = "reading" in document.body.dataset; // nothing can be changed
export const words = JSON.parse(document.querySelector("#words").textContent);

// Refused is an answer other than 200; body.why is for people.
export class Refused extends Error {
  constructor(status, body) {
    super(body.why);
    this.status = status;
    this.body = body;
  }
}

// get and post answer with what the server says. They throw Refused, or
// TypeError when it says nothing.
export const get = (path, params = {}) => call(path, params);
export const post = (path, body) => call(path, {}, {method: "POST", headers: {"Content-Type": "application/json"}, body: JSON.stringify(body)});

async function call(path, params, options) {
  const answer = await fetch(`${path}?${new URLSearchParams({...params, lang})}`, options);
  if (answer.status === 401 || answer.redirected) throw new Refused(answer.status, {why: words.signed_out});
  if (!answer.headers.get("Content-Type")?.startsWith("application/json")) throw new TypeError("no answer of ours"); // of a proxy before us, while we start
  const body = await answer.json();
  if (!answer.ok) throw new Refused(answer.status, body);
  return body;
}

// newest makes of a function that asks the server one whose older answers,
// when they come late, are undefined.
export function newest(ask) {
  let count = 0;
  return async (...args) => {
    const mine = ++count;
    const answer = await ask(...args);
    return mine === count ? answer : undefined;
  };
}
