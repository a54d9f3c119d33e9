// A passkey is made or shown by the browser; the server says what to ask for at
// …/begin and takes the answer.

export function passkeys() {
  for (const button of document.querySelectorAll("[data-passkey]")) {
    const trouble = button.parentElement.querySelector("[data-passkey-trouble]");
    if (!window.PublicKeyCredential?.parseCreationOptionsFromJSON) {
      button.disabled = true;
      trouble.textContent = trouble.dataset.passkeyNone;
      continue;
    }
    button.addEventListener("click", async () => {
      trouble.textContent = "";
      button.disabled = true;
      try {
        location.assign(await ceremony(button.dataset));
      } catch {
        trouble.textContent = trouble.dataset.passkeyTrouble;
      }
      button.disabled = false;
    });
  }
}

// ceremony goes through with it and returns where to go then.
async function ceremony({passkey, address, to}) {
  const {token, options} = await post(address + "/begin", {});
  const key = passkey === "make"
    ? await navigator.credentials.create({publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options)})
    : await navigator.credentials.get({publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options)});
  return (await post(address, {token, answer: key.toJSON(), to})).to;
}

async function post(address, body) {
  const answer = await fetch(address, {method: "POST", headers: {"Content-Type": "application/json"}, body: JSON.stringify(body)});
  if (!answer.ok) throw new Error(`${address}: ${answer.status}`);
  return answer.json();
}
