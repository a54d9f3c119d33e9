// What the page asks and tells beside the work.

export class Ask {
  constructor() {
    this.dialog = document.querySelector("#ask");
    this.field = this.dialog.querySelector("#ask-name");
  }

  // name asks for a name; "" when the author thinks better of it.
  name(title, begun = "") {
    this.dialog.querySelector("h2").textContent = title;
    this.field.value = begun;
    this.dialog.returnValue = "";
    this.dialog.showModal();
    this.field.select();
    return new Promise((done) => this.dialog.addEventListener("close", () => {
      done(this.dialog.returnValue === "yes" ? this.field.value.trim() : "");
    }, {once: true}));
  }
}

const toastTime = 5000; // ms; one that offers something stays twice as long

// toast tells something in passing, and may offer to do something about it.
export function toast(text, offer, act) {
  const box = document.querySelector("#toast");
  box.textContent = text;
  clearTimeout(toast.timer);
  if (offer) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = offer;
    button.addEventListener("click", () => { box.textContent = ""; act(); });
    box.append(" ", button);
  }
  toast.timer = setTimeout(() => { box.textContent = ""; }, offer ? 2 * toastTime : toastTime);
}
