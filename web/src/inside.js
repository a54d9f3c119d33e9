// The door of a Mini App: the messenger leaves who is there behind the # of our own
// address, the server checks it and gives the session, and the chat opens.

// launches are the channels whose messengers leave their word under a name.
const launches = {tgWebAppData: "telegram", WebAppData: "max"};

const page = document.querySelector("[data-app]");

function fail() {
  page.querySelector("[data-opening]").hidden = true;
  for (const line of page.querySelectorAll("[data-failed]")) line.hidden = false;
}

async function enter() {
  const told = new URLSearchParams(location.hash.slice(1));
  const name = Object.keys(launches).find((one) => told.get(one));
  if (!name) return fail();
  const data = told.get(name);
  try {
    const answer = await fetch(page.dataset.app + launches[name], {
      method: "POST",
      headers: {"Content-Type": "application/json"},
      body: JSON.stringify({data}),
    });
    if (!answer.ok) return fail();
    location.replace(page.dataset.chat);
  } catch {
    fail();
  }
}

enter();
