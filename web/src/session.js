// Who is chatting, as the server knows them. A page of ours is known by its cookie. A
// frame on another site has no cookie that can be relied upon: it keeps its session
// itself and names it in a header.

const header = "Besedka-Session";

// ofPage is the session of a page of ours.
export const ofPage = {
  headers: {},
  fetch: (input, init) => fetch(input, init),
  show: () => {},
  // renew gets a session for a browser that has forgotten its own: the page gives one.
  // What was said in the old one is not in the new one.
  renew: () => fetch(location.href),
};

// FrameSession is the session of a frame. A visitor whom the site vouches for has one
// beside the guest's, which comes back when they log out.
export class FrameSession {
  // over is called when the site has to say again who it is.
  constructor(address, over) {
    Object.assign(this, {address, over});
  }

  // open gets the session: of the visitor whom the site's token names, else the guest's.
  // It says why a token was not taken; "" when it was, or there is none.
  async open(member) {
    let refused = "";
    if (!member) forget("member");
    else refused = await this.#ask({member, attempt: newAttempt()}, recall("member"));
    if (refused || !member) await this.#ask({}, recall("guest"));
    return refused;
  }

  get headers() {
    return {[header]: this.name};
  }

  fetch(input, init) {
    return fetch(input, {...init, headers: {...init?.headers, ...this.headers}});
  }

  // show fetches the pictures of a line, and its file once it is asked for: an image or a
  // link can say nothing in a header.
  show(line) {
    for (const img of line.querySelectorAll("img[data-src]")) this.#picture(img);
    for (const link of line.querySelectorAll("a[data-src]")) link.addEventListener("click", (event) => this.#file(event, link));
  }

  // renew is asked for when a visitor's session is over: a guest's never is. Only the
  // site can say again who it is, and the words wait until then.
  renew() {
    this.over();
    throw new Error("the site has to say again who it is");
  }

  async #ask(body, held) {
    const answer = await persist(() => fetch(this.address, {
      method: "POST",
      headers: {"Content-Type": "application/json", ...(held && {[header]: held})},
      body: JSON.stringify(body),
    }));
    const told = await answer.json();
    if (!answer.ok) return told.detail || "refused";
    ({session: this.name, queue: this.queue, after: this.after, member: this.member} = told);
    keep(this.member ? "member" : "guest", this.name);
    return "";
  }

  async #picture(img) {
    const answer = await this.fetch(img.dataset.src);
    if (!answer.ok) return;
    const shown = URL.createObjectURL(await answer.blob());
    img.addEventListener("load", () => URL.revokeObjectURL(shown), {once: true});
    img.src = shown;
  }

  // #file fetches a file at the first click, and clicks again once it is here.
  async #file(event, link) {
    if (!link.dataset.src) return;
    event.preventDefault();
    const answer = await this.fetch(link.dataset.src);
    if (!answer.ok) return;
    link.href = URL.createObjectURL(await answer.blob());
    delete link.dataset.src;
    link.click();
  }
}

const pause = 2000; // ms

// persist asks until there is an answer that says something.
async function persist(ask) {
  for (;;) {
    try {
      const answer = await ask();
      if (answer.status < 500) return answer;
    } catch { /* no connection */ }
    await new Promise((done) => setTimeout(done, pause));
  }
}

function newAttempt() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

// A browser may refuse a frame its storage: then the session lasts as long as the frame,
// or as its cookie.
export function recall(name) {
  try { return localStorage.getItem("besedka." + name) ?? ""; } catch { return ""; }
}

export function keep(name, value) {
  try { localStorage.setItem("besedka." + name, value); } catch { /* see above */ }
}

function forget(name) {
  try { localStorage.removeItem("besedka." + name); } catch { /* see above */ }
}
