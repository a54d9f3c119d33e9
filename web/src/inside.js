// The door of a Mini App: the messenger leaves who is there behind the # of our own
// address, the server checks it and gives the session, and the chat opens.

const page = document.querySelector("[data-app]");

function fail() {
  page.querySelector("[data-opening]").hidden = true;
  for (const line of page.querySelectorAll("[data-failed]")) line.hidden = false;
}

async function enter() {
  const data = new URLSearchParams(location.hash.slice(1)).get("tgWebAppData");
  if (!data) return fail();
  try {
    const answer = await fetch(page.dataset.app, {
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
